// SPDX-License-Identifier: MIT
// A document's tree as text again: YAML with the keys in their order, or JSON. Comments and the
// choice of quotes are not part of a tree, so they are lost.
#pragma once

#include <string>
#include <string_view>

#include "schema/source_document.h"

namespace rtag::schema {

// Ends with a line feed. Reading the text again gives the same tree, but for lines and quotes
// around words that need none.
std::string to_yaml(const SourceNode& root);

// Indented JSON; ends with a line feed. REQUIRES: a tree read from JSON (its numbers are kept as
// they were written).
std::string to_json_text(const SourceNode& root);

// to_yaml() or to_json_text().
std::string to_text(const SourceNode& root, SourceFormat format);

// A value on one line, as it may be written behind -D PATH=: 480, [640, 480], {min: 5}, "0.2".
std::string to_flow_text(const SourceNode& node);

}  // namespace rtag::schema
