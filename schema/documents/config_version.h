// SPDX-License-Identifier: MIT
// The `version` of a config or a job: "0.0" (where it says none), "0.1" or the current one.
// Versions are compared part by part as numbers, so "0.10" comes after "0.2".
#pragma once

#include <string>
#include <vector>

#include "schema/problem.h"
#include "schema/source_document.h"

namespace rtag::schema {

// In quotes or not.
bool is_of_current_version(const SourceNode& document);

// Checks a document's version and stamps the current one over an old one; false, and a problem,
// where it is of a version that is not read.
bool migrate_version(SourceNode& document, std::vector<std::string>& notes, Problems& problems);

}  // namespace rtag::schema
