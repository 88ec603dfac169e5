// SPDX-License-Identifier: MIT
// Prints a JSON Schema of docs/schema/, or compares the file with it:
//   schema_print_json_schema config|job|recipe [--check FILE]
#include <iostream>
#include <string_view>

#include "schema/documents/presets.h"
#include "schema/json_schema.h"
#include "tests/schema/generated_file.h"

namespace rtag::schema {
namespace {

std::string json_schema_of(std::string_view kind) {
  if (kind == "config") return json_schema_of_config(preset_names());
  if (kind == "job") return json_schema_of_job();
  if (kind == "recipe") return json_schema_of_recipe();
  return {};
}

}  // namespace
}  // namespace rtag::schema

int main(int count, char** arguments) {
  const std::string schema = rtag::schema::json_schema_of(count > 1 ? arguments[1] : "");
  if (schema.empty()) {
    std::cerr << "usage: schema_print_json_schema config|job|recipe [--check FILE]\n";
    return 64;
  }
  if (count == 4 && std::string_view(arguments[2]) == "--check") {
    return rtag::schema::compare_with_file(schema, arguments[3]);
  }
  std::cout << schema;
  return 0;
}
