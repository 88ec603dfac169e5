// SPDX-License-Identifier: MIT
// JsonRows: a JSON list or map that is written item by item, one a line, so that a product of any
// size streams through and two products can be compared with diff.
#pragma once

#include <string>
#include <string_view>

#include "dataset/staged_file.h"
#include "schema/write.h"

namespace rtag::dataset {

class JsonRows {
 public:
  // Rows of the list or map that is the last thing written to `file`, or of a file of rows alone.
  // `file` must outlive the rows.
  explicit JsonRows(StagedFile& file) : file_(file) {}

  void add(std::string_view item) {
    file_.write(is_empty_ ? "\n    " : ",\n    ");
    file_.write(item);
    is_empty_ = false;
  }

  void add(std::string_view key, std::string_view value) {
    std::string row = schema::to_json(key);
    row += ": ";
    row += value;
    add(row);
  }

  // Closes the list or map: "]" or "}".
  void end(std::string_view bracket) {
    if (!is_empty_) file_.write("\n  ");
    file_.write(bracket);
  }

 private:
  StagedFile& file_;
  bool is_empty_ = true;
};

}  // namespace rtag::dataset
