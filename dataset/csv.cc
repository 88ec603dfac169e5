// SPDX-License-Identifier: MIT
#include "dataset/csv.h"

#include <fmt/format.h>

namespace rtag::dataset {
namespace {

constexpr std::string_view kHeader =
    "image_id,tag_id,tag_family,record_type,tag_size_mm,ppm,is_mirrored,"
    "x1,y1,x2,y2,x3,y3,x4,y4\r\n";
constexpr schema::Point2 kNoProjection{-1e6, -1e6};
constexpr std::size_t kCorners = 4;

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string csv_number(double value) {
  std::string text = fmt::format("{:.4f}", value);
  while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
  return text == "-0.0" ? "0.0" : text;
}

std::string csv_row(const schema::DetectionRecord& record) {
  std::string row = fmt::format("{},{},{},{},{},{},{}", csv_text(record.image_id), record.tag_id,
                                csv_text(record.tag_family), csv_text(record.record_type),
                                csv_number(record.tag_size_mm), csv_number(record.ppm),
                                record.is_mirrored ? 1 : 0);
  for (const schema::ImagePoint& corner : record.corners) {
    const schema::Point2 point = corner.value_or(kNoProjection);
    row += fmt::format(",{},{}", csv_number(point[0]), csv_number(point[1]));
  }
  for (std::size_t i = record.corners.size(); i < kCorners; ++i) row += ",,";
  return row + "\r\n";
}

CsvWriter::CsvWriter(StagedFile& file) : file_(file) { file_.write(kHeader); }

void CsvWriter::add(const SceneCommit& commit) {
  for (const schema::DetectionRecord& record : commit.records) {
    const bool is_board = record.record_type == "BOARD";
    if (is_board || record.corners.size() == kCorners) file_.write(csv_row(record));
  }
}

}  // namespace rtag::dataset
