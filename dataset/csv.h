// SPDX-License-Identifier: MIT
// ground_truth.csv: one row a record, fifteen columns (RFC 4180: CRLF, quotes where needed). A
// BOARD record has its centre in x1 and y1, and x2 to y4 are empty.
//
// Sizes and coordinates have at most four decimals and always a point; coordinates are continuous
// pixels and true, also outside the image; a corner without projection is -1000000.0.
#pragma once

#include <string>

#include "dataset/journal_format.h"
#include "dataset/staged_file.h"

namespace rtag::dataset {

// Rounded to four decimals (half to even of the exact value), without trailing zeros: 160.0,
// 329.071. REQUIRES: finite.
std::string csv_number(double value);

// The row of one record, line end and all.
std::string csv_row(const schema::DetectionRecord& record);

class CsvWriter {
 public:
  explicit CsvWriter(StagedFile& file);  // writes the header line
  void add(const SceneCommit& commit);

 private:
  StagedFile& file_;
};

}  // namespace rtag::dataset
