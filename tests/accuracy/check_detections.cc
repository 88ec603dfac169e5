// SPDX-License-Identifier: MIT
// check_detections DATASET: what two detectors that know nothing of rtag see in a finished dataset.
//
// Shares no code with rtag: it reads rich_truth.json and images/ as any user would. Each label that
// a detector ought to find (visible, seen at less than 60 degrees, at least 4 pixels per module) is
// looked for with the marker family's own dictionary, and one CSV row tells the outcome:
//
//   found        there, with the label's id and the label's order of corners
//   wrong_id     a marker stands exactly there, and reads as another
//   wrong_order  the right marker, turned
//   missing      nothing there
//
// The errors are detected minus labelled, pixels, for TL, TR, BR, BL; `outward` is their mean part
// that points away from the marker's centre. They are empty unless found.
// `brightest` is the highest value of a colour channel around the label: 255 may be saturated.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <apriltag/apriltag.h>
#include <apriltag/tag16h5.h>
#include <apriltag/tag25h9.h>
#include <apriltag/tag36h10.h>
#include <apriltag/tag36h11.h>
#include <nlohmann/json.hpp>
#include <opencv2/aruco.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace {

constexpr double kLargestAngle_deg = 60;
constexpr double kSmallestDensity_ppm = 4;
constexpr double kSamePlace = 0.15;  // of the marker's edge, mean over the corners

// TL, TR, BR, BL of the black border; the first pixel's centre is (0.5, 0.5).
using Corners = std::array<cv::Point2d, 4>;

struct Marker {
  int id;
  Corners corners;
};

struct Label {
  std::string image_id;
  std::string family;
  double ppm;
  double angle_deg;
  Marker marker;
};

// One detector, set up for one family.
using Detect = std::function<std::vector<Marker>(const cv::Mat& grey)>;

// ---- OpenCV

const std::map<std::string, int>& opencv_dictionaries() {
  static const std::map<std::string, int> dictionaries{
      {"tag16h5", cv::aruco::DICT_APRILTAG_16h5},
      {"tag25h9", cv::aruco::DICT_APRILTAG_25h9},
      {"tag36h10", cv::aruco::DICT_APRILTAG_36h10},
      {"tag36h11", cv::aruco::DICT_APRILTAG_36h11},
      {"DICT_4X4_50", cv::aruco::DICT_4X4_50},
      {"DICT_4X4_100", cv::aruco::DICT_4X4_100},
      {"DICT_4X4_250", cv::aruco::DICT_4X4_250},
      {"DICT_4X4_1000", cv::aruco::DICT_4X4_1000},
      {"DICT_5X5_50", cv::aruco::DICT_5X5_50},
      {"DICT_5X5_100", cv::aruco::DICT_5X5_100},
      {"DICT_5X5_250", cv::aruco::DICT_5X5_250},
      {"DICT_5X5_1000", cv::aruco::DICT_5X5_1000},
      {"DICT_6X6_50", cv::aruco::DICT_6X6_50},
      {"DICT_6X6_100", cv::aruco::DICT_6X6_100},
      {"DICT_6X6_250", cv::aruco::DICT_6X6_250},
      {"DICT_6X6_1000", cv::aruco::DICT_6X6_1000},
      {"DICT_7X7_50", cv::aruco::DICT_7X7_50},
      {"DICT_7X7_100", cv::aruco::DICT_7X7_100},
      {"DICT_7X7_250", cv::aruco::DICT_7X7_250},
      {"DICT_7X7_1000", cv::aruco::DICT_7X7_1000},
      {"DICT_ARUCO_ORIGINAL", cv::aruco::DICT_ARUCO_ORIGINAL},
  };
  return dictionaries;
}

// The window follows the marker's module as in OpenCV 4.7 and later: version 4.6 takes one size for
// all, and a window larger than the module catches corners of the code.
void refine(const cv::Mat& grey, int modules, std::vector<cv::Point2f>& corners) {
  const double module_px = cv::arcLength(corners, true) / 4 / modules;
  const int reach_px = std::clamp(static_cast<int>(module_px * 0.3 + 0.5), 1, 5);
  cv::cornerSubPix(grey, corners, {reach_px, reach_px}, {-1, -1},
                   {cv::TermCriteria::COUNT + cv::TermCriteria::EPS, 50, 0.001});
}

std::vector<Marker> detect_opencv(const cv::Ptr<cv::aruco::Dictionary>& dictionary,
                                  const cv::Mat& grey) {
  std::vector<std::vector<cv::Point2f>> quads;
  std::vector<int> ids;
  cv::aruco::detectMarkers(grey, dictionary, quads, ids);
  std::vector<Marker> markers;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    refine(grey, dictionary->markerSize + 2, quads[i]);
    Marker marker{ids[i], {}};
    for (std::size_t k = 0; k < 4; ++k) {
      marker.corners[k] = cv::Point2d(quads[i][k]) + cv::Point2d(0.5, 0.5);
    }
    markers.push_back(marker);
  }
  return markers;
}

std::optional<Detect> opencv(const std::string& family) {
  const auto dictionary = cv::aruco::getPredefinedDictionary(opencv_dictionaries().at(family));
  return [dictionary](const cv::Mat& grey) { return detect_opencv(dictionary, grey); };
}

// ---- libapriltag

struct AprilTagFamily {
  apriltag_family_t* (*create)();
  void (*destroy)(apriltag_family_t*);
};

class AprilTag {
 public:
  explicit AprilTag(const AprilTagFamily& family)
      : family_(family.create(), family.destroy),
        detector_(apriltag_detector_create(), apriltag_detector_destroy) {
    detector_->quad_decimate = 1;
    detector_->refine_edges = true;
    apriltag_detector_add_family(detector_.get(), family_.get());
  }

  std::vector<Marker> detect(const cv::Mat& grey) const {
    image_u8_t image{grey.cols, grey.rows, static_cast<std::int32_t>(grey.step), grey.data};
    zarray_t* detections = apriltag_detector_detect(detector_.get(), &image);
    std::vector<Marker> markers;
    for (int i = 0; i < zarray_size(detections); ++i) {
      apriltag_detection_t* detection = nullptr;
      zarray_get(detections, i, static_cast<void*>(&detection));
      // On art drawn by OpenCV, p[0..3] are our TR, TL, BL, BR (docs/conventions.md).
      const auto corner = [&](int k) {
        return cv::Point2d(detection->p[k][0], detection->p[k][1]);
      };
      const Marker marker{detection->id, {corner(1), corner(0), corner(3), corner(2)}};
      markers.push_back(marker);
    }
    apriltag_detections_destroy(detections);
    return markers;
  }

 private:
  std::unique_ptr<apriltag_family_t, void (*)(apriltag_family_t*)> family_;
  std::unique_ptr<apriltag_detector_t, void (*)(apriltag_detector_t*)> detector_;
};

std::optional<Detect> libapriltag(const std::string& family) {
  static const std::map<std::string, AprilTagFamily> families{
      {"tag16h5", {tag16h5_create, tag16h5_destroy}},
      {"tag25h9", {tag25h9_create, tag25h9_destroy}},
      {"tag36h10", {tag36h10_create, tag36h10_destroy}},
      {"tag36h11", {tag36h11_create, tag36h11_destroy}},
  };
  const auto known = families.find(family);
  if (known == families.end()) return std::nullopt;
  const auto detector = std::make_shared<AprilTag>(known->second);
  return [detector](const cv::Mat& grey) { return detector->detect(grey); };
}

// ---- Labels against detections

std::map<std::string, std::vector<Label>> read_labels(const std::string& dataset) {
  std::ifstream file(dataset + "/rich_truth.json");
  const auto truth = nlohmann::json::parse(file);
  if (truth["evaluation_context"]["pixel_center"] != 0.5) {
    throw std::runtime_error("the labels follow another pixel convention than 0.5");
  }
  std::map<std::string, std::vector<Label>> by_image;
  for (const auto& record : truth["records"]) {
    Label label{record["image_id"],
                record["tag_family"],
                record["ppm"],
                record["angle_of_incidence"],
                {record["tag_id"], {}}};
    const bool ought = record["visible"] && label.angle_deg < kLargestAngle_deg &&
                       label.ppm >= kSmallestDensity_ppm;
    if (!ought) continue;
    for (std::size_t k = 0; k < 4; ++k) {
      label.marker.corners[k] = {record["corners"][k][0], record["corners"][k][1]};
    }
    by_image[label.image_id].push_back(label);
  }
  return by_image;
}

double mean_distance(const Corners& a, const Corners& b, std::size_t turn) {
  double sum = 0;
  for (std::size_t k = 0; k < 4; ++k) sum += cv::norm(a[k] - b[(k + turn) % 4]);
  return sum / 4;
}

double edge_px(const Corners& corners) { return mean_distance(corners, corners, 1); }

// By how many corners a detection is turned against the label; none where it stands elsewhere.
std::optional<std::size_t> turn_against(const Marker& label, const Marker& found) {
  for (std::size_t turn = 0; turn < 4; ++turn) {
    if (mean_distance(label.corners, found.corners, turn) < kSamePlace * edge_px(label.corners)) {
      return turn;
    }
  }
  return std::nullopt;
}

struct Outcome {
  const char* name = "missing";
  std::optional<Marker> marker = {};  // when found
};

// The worst of what stands at the label counts: a second, wrong reading is not forgiven.
Outcome look_for(const Marker& label, const std::vector<Marker>& markers) {
  Outcome outcome;
  for (const Marker& found : markers) {
    const auto turn = turn_against(label, found);
    if (!turn) continue;
    if (found.id != label.id) return {"wrong_id"};
    if (*turn != 0) return {"wrong_order"};
    outcome = {"found", found};
  }
  return outcome;
}

int brightest_around(const cv::Mat& bgr, const Corners& corners) {
  const std::vector<cv::Point2f> outline(corners.begin(), corners.end());
  const double margin_px = edge_px(corners) / 4;
  cv::Rect2d area = cv::Rect2d(cv::boundingRect(outline));
  area += cv::Size2d(2 * margin_px, 2 * margin_px);
  area -= cv::Point2d(margin_px, margin_px);
  double brightest = 0;
  cv::minMaxLoc(bgr(cv::Rect(area) & cv::Rect({0, 0}, bgr.size())).clone().reshape(1), nullptr,
                &brightest);
  return static_cast<int>(brightest);
}

// Mean over the corners of the error's part along the diagonal, away from the centre.
double outward_px(const Corners& label, const Corners& found) {
  double sum = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const cv::Point2d diagonal = label[k] - label[(k + 2) % 4];
    sum += (found[k] - label[k]).dot(diagonal) / cv::norm(diagonal);
  }
  return sum / 4;
}

void print_row(const char* detector, const Label& label, const Outcome& outcome, int brightest) {
  std::printf("%s,%s,%s,%d,%.3f,%.2f,%d,%s", detector, label.image_id.c_str(), label.family.c_str(),
              label.marker.id, label.ppm, label.angle_deg, brightest, outcome.name);
  if (!outcome.marker) {
    std::printf(",,,,,,,,,\n");
    return;
  }
  const Corners& found = outcome.marker->corners;
  for (std::size_t k = 0; k < 4; ++k) {
    const cv::Point2d error = found[k] - label.marker.corners[k];
    std::printf(",%.5f,%.5f", error.x, error.y);
  }
  std::printf(",%.5f\n", outward_px(label.marker.corners, found));
}

// The detectors for every family, made when they are first asked for.
class Bench {
 public:
  Bench(const char* name, std::optional<Detect> (*create)(const std::string&))
      : name_(name), create_(create) {}

  void check(const cv::Mat& bgr, const std::vector<Label>& labels) {
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    std::map<std::string, std::vector<Marker>> seen;
    for (const Label& label : labels) {
      auto detect = detectors_.find(label.family);
      if (detect == detectors_.end()) {
        detect = detectors_.emplace(label.family, create_(label.family)).first;
      }
      if (!detect->second) continue;
      auto markers = seen.find(label.family);
      if (markers == seen.end()) {
        markers = seen.emplace(label.family, (*detect->second)(grey)).first;
      }
      print_row(name_, label, look_for(label.marker, markers->second),
                brightest_around(bgr, label.marker.corners));
    }
  }

 private:
  const char* name_;
  std::optional<Detect> (*create_)(const std::string&);
  std::map<std::string, std::optional<Detect>> detectors_;
};

void check_dataset(const std::string& dataset) {
  Bench benches[] = {{"libapriltag", libapriltag}, {"opencv", opencv}};
  std::printf(
      "detector,image_id,family,id,ppm,angle_deg,brightest,outcome,"
      "tl_x,tl_y,tr_x,tr_y,br_x,br_y,bl_x,bl_y,outward\n");
  for (const auto& [image_id, labels] : read_labels(dataset)) {
    const std::string path = dataset + "/images/" + image_id + ".png";
    const cv::Mat bgr = cv::imread(path, cv::IMREAD_COLOR);
    if (bgr.empty()) throw std::runtime_error(path + ": no image");
    for (Bench& bench : benches) bench.check(bgr, labels);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: check_detections DATASET\n");
    return 64;
  }
  try {
    check_dataset(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
    return 65;
  }
  return 0;
}
