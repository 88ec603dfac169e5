// SPDX-License-Identifier: MIT
#include "dataset/contact_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "schema/check.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using schema::Fault;
using schema::FaultKind;
using schema::Outcome;
using schema::Result;

constexpr int kThumbnail_px = 480;  // longer edge
constexpr int kCaption_px = 18;
constexpr int kGap_px = 4;
constexpr double kSheetAspect = 4.0 / 3.0;
constexpr int kFractionBits = 4;  // of the coordinates that OpenCV draws at

// Blue, green, red.
const cv::Scalar kPaper(255, 255, 255);
const cv::Scalar kInk(40, 40, 40);
const cv::Scalar kOutline(255, 160, 0);
const cv::Scalar kNotVisible(150, 150, 150);
const std::array<cv::Scalar, 4> kCorners{{{0, 0, 255}, {0, 190, 0}, {255, 60, 0}, {0, 220, 255}}};

// ---- Reading

struct Label {
  int tag_id = 0;
  bool visible = true;
  std::vector<std::optional<cv::Point2d>> corners_px;
};
using Labels = std::map<std::string, std::vector<Label>>;  // by image id

Label label_of(const json& record) {
  Label label{record.at("tag_id").get<int>(), record.at("visible").get<bool>(), {}};
  for (const json& corner : record.at("corners")) {
    auto& point = label.corners_px.emplace_back();
    if (!corner.is_null()) point = {corner.at(0).get<double>(), corner.at(1).get<double>()};
  }
  return label;
}

Result<Labels> read_labels(const fs::path& path) {
  std::ifstream file(path);
  if (!file) {
    return Fault{
        FaultKind::kInput,
        fmt::format("{}: cannot be opened, name the folder of a finished dataset", path.string())};
  }
  try {
    Labels labels;
    const json truth = json::parse(file);
    for (const json& record : truth.at("records")) {
      labels[record.at("image_id").get<std::string>()].push_back(label_of(record));
    }
    return labels;
  } catch (const json::exception& error) {
    return Fault{FaultKind::kInput,
                 fmt::format("{}: is not a dataset's truth ({})", path.string(), error.what())};
  }
}

// Sorted by name.
Result<std::vector<fs::path>> list_images(const fs::path& folder) {
  std::vector<fs::path> images;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".png") images.push_back(entry->path());
  }
  if (error) {
    return Fault{FaultKind::kInput,
                 fmt::format("{}: cannot be listed ({})", folder.string(), error.message())};
  }
  if (images.empty()) {
    return Fault{FaultKind::kInput, fmt::format("{}: holds no PNG image", folder.string())};
  }
  std::sort(images.begin(), images.end());
  return images;
}

std::vector<fs::path> evenly_spread(const std::vector<fs::path>& images, std::size_t most) {
  if (images.size() <= most) return images;
  std::vector<fs::path> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(images[i * images.size() / most]);
  return chosen;
}

// ---- Drawing

// OpenCV counts from the centre of the first pixel, and in fractions of a pixel.
std::int64_t to_drawing(double continuous_px) {
  constexpr double kFarAway = 1e12;  // still far from overflow in clipLine
  const double units = std::ldexp(continuous_px - 0.5, kFractionBits);
  return std::llround(std::clamp(units, -kFarAway, kFarAway));
}

cv::Point2l to_drawing(const cv::Point2d& continuous_px) {
  return {to_drawing(continuous_px.x), to_drawing(continuous_px.y)};
}

cv::Point narrow(const cv::Point2l& point) {
  return {static_cast<int>(point.x), static_cast<int>(point.y)};
}

void draw_line(cv::Mat& picture, const cv::Point2d& a_px, const cv::Point2d& b_px,
               const cv::Scalar& colour) {
  cv::Point2l a = to_drawing(a_px);
  cv::Point2l b = to_drawing(b_px);
  const cv::Size2l size(std::int64_t{picture.cols} << kFractionBits,
                        std::int64_t{picture.rows} << kFractionBits);
  if (!cv::clipLine(size, a, b)) return;
  cv::line(picture, narrow(a), narrow(b), colour, 1, cv::LINE_AA, kFractionBits);
}

bool is_near(const cv::Point2d& point_px, const cv::Mat& picture) {
  return point_px.x > -kThumbnail_px && point_px.x < picture.cols + kThumbnail_px &&
         point_px.y > -kThumbnail_px && point_px.y < picture.rows + kThumbnail_px;
}

void draw_text(cv::Mat& picture, const std::string& text, const cv::Point2d& centre_px,
               const cv::Scalar& colour) {
  constexpr double kScale = 0.35;
  if (!is_near(centre_px, picture)) return;
  int below = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, kScale, 1, &below);
  const cv::Point origin(cvRound(centre_px.x - size.width / 2.0),
                         cvRound(centre_px.y + size.height / 2.0));
  cv::putText(picture, text, origin, cv::FONT_HERSHEY_SIMPLEX, kScale, colour, 1, cv::LINE_AA);
}

// The number stands 8 px outwards of its corner.
void draw_corner(cv::Mat& picture, std::size_t number, const cv::Point2d& corner_px,
                 const cv::Point2d& centre_px, const cv::Scalar& colour) {
  if (!is_near(corner_px, picture)) return;
  cv::circle(picture, narrow(to_drawing(corner_px)), 2 << kFractionBits, colour, -1, cv::LINE_AA,
             kFractionBits);
  const cv::Point2d outwards = corner_px - centre_px;
  const double length_px = std::max(cv::norm(outwards), 1.0);
  draw_text(picture, std::to_string(number), corner_px + outwards * (8 / length_px), colour);
}

void draw_label(cv::Mat& picture, const Label& label, double scale) {
  std::vector<std::optional<cv::Point2d>> corners = label.corners_px;
  cv::Point2d centre;
  int projected = 0;
  for (auto& corner : corners) {
    if (!corner) continue;
    *corner *= scale;
    centre += *corner;
    ++projected;
  }
  if (projected == 0) return;
  centre *= 1.0 / projected;
  const std::size_t count = corners.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto& next = corners[(i + 1) % count];
    const cv::Scalar& colour = label.visible ? kOutline : kNotVisible;
    if (corners[i] && next) draw_line(picture, *corners[i], *next, colour);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const cv::Scalar& colour = label.visible ? kCorners[i % 4] : kNotVisible;
    if (corners[i]) draw_corner(picture, i, *corners[i], centre, colour);
  }
  draw_text(picture, std::to_string(label.tag_id), centre, label.visible ? kOutline : kNotVisible);
}

// ---- The sheet

Result<cv::Mat> read_image(const fs::path& path) {
  cv::Mat image = cv::imread(path.string(), cv::IMREAD_COLOR);
  if (image.empty()) {
    return Fault{FaultKind::kInput, fmt::format("{}: cannot be read as an image", path.string())};
  }
  return image;
}

double scale_into(const cv::Mat& image, const cv::Size& size) {
  return std::min(static_cast<double>(size.width) / image.cols,
                  static_cast<double>(size.height) / image.rows);
}

// At most `size`, its aspect kept.
cv::Mat thumbnail(const cv::Mat& image, const cv::Size& size) {
  const double scale = scale_into(image, size);
  const cv::Size fitted(std::max(1, cvRound(image.cols * scale)),
                        std::max(1, cvRound(image.rows * scale)));
  cv::Mat small;
  cv::resize(image, small, fitted, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_NEAREST);
  return small;
}

// How many cells in a row make the sheet's aspect come nearest to 4:3.
int column_count(int cells, const cv::Size& cell) {
  int best = 1;
  double best_distance = std::numeric_limits<double>::infinity();
  for (int columns = 1; columns <= cells; ++columns) {
    const int rows = (cells + columns - 1) / columns;
    const double aspect = static_cast<double>(columns * cell.width) / (rows * cell.height);
    const double distance = std::abs(std::log(aspect / kSheetAspect));
    if (distance < best_distance) {
      best = columns;
      best_distance = distance;
    }
  }
  return best;
}

class Sheet {
 public:
  Sheet(int cells, const cv::Size& thumbnail_px)
      : thumbnail_px_(thumbnail_px),
        cell_px_(thumbnail_px.width + kGap_px, thumbnail_px.height + kCaption_px + kGap_px),
        columns_(column_count(cells, cell_px_)),
        picture_((cells + columns_ - 1) / columns_ * cell_px_.height + kGap_px,
                 columns_ * cell_px_.width + kGap_px, CV_8UC3, kPaper) {}

  void put(int cell, const cv::Mat& image, const std::string& name,
           const std::vector<Label>& labels) {
    cv::Mat small = thumbnail(image, thumbnail_px_);
    const double scale = static_cast<double>(small.cols) / image.cols;
    for (const Label& label : labels) draw_label(small, label, scale);
    const cv::Point corner(kGap_px + cell % columns_ * cell_px_.width,
                           kGap_px + cell / columns_ * cell_px_.height);
    small.copyTo(picture_(cv::Rect(corner, small.size())));
    const cv::Point under(corner.x, corner.y + thumbnail_px_.height + kCaption_px - 5);
    cv::putText(picture_, name, under, cv::FONT_HERSHEY_SIMPLEX, 0.4, kInk, 1, cv::LINE_AA);
  }

  const cv::Mat& picture() const { return picture_; }

 private:
  cv::Size thumbnail_px_;
  cv::Size cell_px_;
  int columns_;
  cv::Mat picture_;
};

Result<cv::Mat> draw_sheet(const std::vector<fs::path>& images, const Labels& labels) {
  std::optional<Sheet> sheet;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Result<cv::Mat> image = read_image(images[i]);
    if (!image) return image.error();
    if (!sheet) {
      sheet.emplace(static_cast<int>(images.size()),
                    thumbnail(*image, {kThumbnail_px, kThumbnail_px}).size());
    }
    const std::string name = images[i].stem().string();
    const auto found = labels.find(name);
    sheet->put(static_cast<int>(i), *image, name,
               found == labels.end() ? std::vector<Label>{} : found->second);
  }
  return sheet->picture();
}

Outcome write_png(const cv::Mat& picture, const fs::path& path) {
  std::vector<std::uint8_t> bytes;
  RTAG_CHECK(cv::imencode(".png", picture, bytes), "every 8-bit picture can be written as PNG");
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return Fault{FaultKind::kOutput, fmt::format("{}: cannot be written", path.string())};
  return schema::Nothing{};
}

Outcome draw_and_write(const fs::path& dataset, const fs::path& png, int max_images) {
  const Result<Labels> labels = read_labels(dataset / "rich_truth.json");
  if (!labels) return labels.error();
  const Result<std::vector<fs::path>> images = list_images(dataset / "images");
  if (!images) return images.error();
  const auto chosen = evenly_spread(*images, static_cast<std::size_t>(max_images));
  const Result<cv::Mat> picture = draw_sheet(chosen, *labels);
  if (!picture) return picture.error();
  return write_png(*picture, png);
}

}  // namespace

Outcome write_contact_sheet(const fs::path& dataset, const fs::path& png, int max_images) {
  RTAG_CHECK(max_images >= 1, "a contact sheet shows at least one image");
  try {
    return draw_and_write(dataset, png, max_images);
  } catch (const cv::Exception& error) {
    // Memory, in practice: thousands of images make a sheet of gigabytes.
    return Fault{FaultKind::kOutput,
                 fmt::format("{}: the sheet cannot be drawn ({}), show fewer images", png.string(),
                             error.what())};
  }
}

}  // namespace rtag::dataset
