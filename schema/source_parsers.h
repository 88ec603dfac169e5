// SPDX-License-Identifier: MIT
// The two parsers behind source_document.h, which has checked size and encoding before it calls
// them.
#pragma once

#include <optional>
#include <string_view>

#include "schema/source_document.h"

namespace rtag::schema {

std::optional<SourceNode> parse_json(std::string_view text, Problems& problems);
std::optional<SourceNode> parse_yaml(std::string_view text, Problems& problems);

}  // namespace rtag::schema
