// SPDX-License-Identifier: MIT
// JSON Schema (draft 2020-12) of the file formats, from the field tables: what editors complete and
// check while a file is written. A schema accepts what the Reader accepts: keys, types, words,
// lengths and bounds; a config's version and marker families too. It cannot say what ties several
// fields together (check_config), that no key stands twice, that numbers are within double
// precision.
//
// Texts are indented JSON with a line feed at the end; the same tables give the same bytes. No
// state, safe on any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rtag::schema {

// A config that names presets may leave out required fields: a preset may bring them.
// `preset_names` are the presets that exist; where it is empty, any name is accepted.
std::string json_schema_of_config(const std::vector<std::string_view>& preset_names = {});

std::string json_schema_of_job();

// Every key is required but for extensions.
std::string json_schema_of_recipe();

}  // namespace rtag::schema
