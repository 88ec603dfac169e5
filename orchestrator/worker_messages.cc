// SPDX-License-Identifier: MIT
#include "orchestrator/worker_messages.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "schema/read.h"
#include "schema/source_document.h"
#include "schema/write.h"

namespace rtag::orchestrator {
namespace {

using schema::Completeness;
using schema::Fault;
using schema::FaultKind;
using schema::Problems;
using schema::Reader;
using schema::Result;
using schema::SourceNode;

Fault rejected(std::string message) { return {FaultKind::kRejected, std::move(message)}; }

// The first problem says enough of a message that nobody has written by hand.
Fault rejected(std::string_view what, const Problems& problems) {
  return rejected(schema::to_string(what, {problems[0].path, 0, problems[0].message}));
}

std::string_view word_of(Question::Command command) {
  switch (command) {
    case Question::Command::kInit:
      return "INIT";
    case Question::Command::kRender:
      return "RENDER";
    case Question::Command::kShutdown:
      return "SHUTDOWN";
  }
  return {};
}

// A worker's words end up in messages of one line.
std::string one_line(std::string text) {
  constexpr std::size_t kLongest = 1000;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + " ...";
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

// The parts of a reply that every answer has.
struct Envelope {
  std::string status;
  std::optional<std::string> request_id;
  std::string message;
  SourceNode content;  // its data
};

Result<Envelope> read_envelope(std::string_view text) {
  constexpr std::array<std::string_view, 4> kKeys{"status", "request_id", "message", "data"};
  Problems problems;
  auto root = schema::parse_source(text, schema::SourceFormat::kJson, problems);
  if (!root) return rejected("unreadable reply", problems);
  if (root->kind != SourceNode::Kind::kMap || root->entries.size() != kKeys.size()) {
    return rejected("unreadable reply: expected a map of status, request_id, message and data");
  }
  std::array<const SourceNode*, kKeys.size()> parts{};
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    parts[i] = root->find(kKeys[i]);
    if (parts[i] == nullptr) {
      return rejected(fmt::format("unreadable reply: {}: required, but missing", kKeys[i]));
    }
  }
  Envelope envelope;
  Reader reader(Completeness::kEveryKey, problems);
  reader.read(*parts[0], envelope.status, "status", {});
  reader.read(*parts[1], envelope.request_id, "request_id", {});
  reader.read(*parts[2], envelope.message, "message", {});
  envelope.content = *parts[3];
  if (!problems.empty()) return rejected("unreadable reply", problems);
  return envelope;
}

template <class T>
Result<T> read_content(const Envelope& envelope) {
  T value{};
  Problems problems;
  Reader(Completeness::kEveryKey, problems).read(envelope.content, value, "data");
  if (!problems.empty()) return rejected("unreadable reply", problems);
  return value;
}

Result<Answer> read_refusal(const Envelope& envelope) {
  using Kind = Refusal::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 3> kKinds{{
      {"bad_request", Kind::kBadRequest},
      {"bad_scene", Kind::kBadScene},
      {"render_failed", Kind::kRenderFailed},
  }};
  const SourceNode* written = envelope.content.find("error_kind");
  const bool is_alone = envelope.content.entries.size() == 1;
  for (const auto& [word, kind] : kKinds) {
    if (is_alone && written != nullptr && written->text == word) {
      return Answer(Refusal{kind, one_line(envelope.message)});
    }
  }
  return rejected(
      "unreadable reply: data: expected an error_kind of bad_request, bad_scene or "
      "render_failed");
}

Result<Answer> read_capabilities(const Envelope& envelope, std::string_view worker) {
  auto capabilities = read_content<schema::Capabilities>(envelope);
  if (!capabilities) return capabilities.error();
  if (capabilities->protocol_version != schema::kProtocolVersion) {
    return rejected(fmt::format("speaks protocol version {}, this host speaks {}",
                                capabilities->protocol_version, schema::kProtocolVersion));
  }
  if (capabilities->worker != worker) {
    return rejected(fmt::format("calls itself {}", one_line(capabilities->worker)));
  }
  return Answer(*std::move(capabilities));
}

Result<Answer> read_rendered(const Envelope& envelope, SceneId scene) {
  auto reply = read_content<schema::RenderReply>(envelope);
  if (!reply) return reply.error();
  if (reply->scene_id != scene) {
    return rejected(
        fmt::format("answered for scene {} when asked for scene {}", reply->scene_id, scene));
  }
  return Answer(*std::move(reply));
}

}  // namespace

std::string request_text(const Question& question, std::string_view payload) {
  return fmt::format(R"({{"command_type":"{}","payload":{},"request_id":{}}})",
                     word_of(question.command), payload, schema::to_json(question.request_id));
}

Result<Answer> read_answer(std::string_view text, const Question& question,
                           std::string_view worker) {
  const auto envelope = read_envelope(text);
  if (!envelope) return envelope.error();
  if (envelope->request_id != question.request_id) {
    return rejected(fmt::format("answered request {} when asked {}",
                                one_line(envelope->request_id.value_or("null")),
                                question.request_id));
  }
  if (envelope->status == "FAILURE") return read_refusal(*envelope);
  if (envelope->status != "SUCCESS") {
    return rejected("unreadable reply: status: expected SUCCESS or FAILURE");
  }
  switch (question.command) {
    case Question::Command::kInit:
      return read_capabilities(*envelope, worker);
    case Question::Command::kRender:
      return read_rendered(*envelope, question.scene);
    case Question::Command::kShutdown:
      return Answer(ShuttingDown{});
  }
  return rejected("unreadable reply");
}

Result<schema::Heartbeat> read_heartbeat(const std::vector<std::string>& frames,
                                         std::string_view worker) {
  if (frames.size() != 2) {
    return rejected(
        fmt::format("unreadable heartbeat: expected 2 frames, found {}", frames.size()));
  }
  Problems problems;
  auto beat = schema::read_text<schema::Heartbeat>(frames[1], schema::SourceFormat::kJson,
                                                   Completeness::kEveryKey, problems);
  if (!problems.empty()) return rejected("unreadable heartbeat", problems);
  if (frames[0] != worker || beat.worker != worker) {
    const std::string& name = frames[0] != worker ? frames[0] : beat.worker;
    return rejected(fmt::format("calls itself {}", one_line(name)));
  }
  return beat;
}

}  // namespace rtag::orchestrator
