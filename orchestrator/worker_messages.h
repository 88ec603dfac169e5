// SPDX-License-Identifier: MIT
// What goes over a worker's sockets, written and read (docs/protocol.md). Pure functions of bytes:
// the sockets are in worker_channel.h. Whatever does not follow the protocol to the letter is
// refused, with a reason that is a fragment without subject.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "orchestrator/events.h"
#include "schema/result.h"
#include "schema/worker_protocol.h"

namespace rtag::orchestrator {

struct Question {
  enum class Command { kInit, kRender, kShutdown };
  std::string request_id;
  Command command = Command::kInit;
  SceneId scene = 0;  // of a RENDER
};

// A failure that the worker reports; error kinds as in the protocol.
struct Refusal {
  enum class Kind { kBadRequest, kBadScene, kRenderFailed };
  Kind kind;
  std::string message;
};
struct ShuttingDown {};
using Answer = std::variant<schema::Capabilities, schema::RenderReply, ShuttingDown, Refusal>;

// `payload`: a JSON object, or "null".
std::string request_text(const Question& question, std::string_view payload);

// kRejected when it is no answer to this question by `worker` ("slot.incarnation").
schema::Result<Answer> read_answer(std::string_view text, const Question& question,
                                   std::string_view worker);

// kRejected when these frames are no heartbeat of `worker`.
schema::Result<schema::Heartbeat> read_heartbeat(const std::vector<std::string>& frames,
                                                 std::string_view worker);

}  // namespace rtag::orchestrator
