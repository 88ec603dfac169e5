// SPDX-License-Identifier: MIT
// Previews of the recipes of a dataset, and how far they are from its renders.
//
//   draw_previews DATASET FOLDER < recipes.jsonl
//
// Writes FOLDER/scene_0000_cam_0000.png and so on, with a linear or sRGB curve as the recipe says,
// and prints one JSON line a label: image_id, tag_id, corners, and the mean difference between
// preview and render within its black border, preview - render and absolute, in levels of 255.
// Recipes have no floor.
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "compiler/preview.h"
#include "compiler/preview_labels.h"
#include "dataset/tone_curve.h"
#include "schema/typed_io.h"

using namespace rtag;

namespace {

schema::SceneRecipe read_recipe(const std::string& line) {
  schema::Problems problems;
  auto recipe = schema::read_text<schema::SceneRecipe>(line, schema::SourceFormat::kJson,
                                                       schema::Completeness::kEveryKey, problems);
  if (!problems.empty()) throw std::runtime_error("standard input holds no recipe");
  return recipe;
}

cv::Mat picture_of(const schema::SceneRecipe& recipe, std::size_t camera) {
  const compiler::LightImage light = compiler::preview(recipe, camera, nullptr);
  const auto curve = dataset::ToneCurve::create(recipe.cameras[camera].tone_mapping, {});
  if (!curve) throw std::runtime_error(curve.error().message);
  cv::Mat rgb(light.height_px, light.width_px, CV_8UC3);
  curve->apply(light.rgb, {rgb.data, light.rgb.size()});
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  return bgr;
}

nlohmann::json to_json(const compiler::ImagePoint& point) {
  if (!point) return nullptr;
  return {point->x(), point->y()};
}

// Of the green channel, over the pixels under the marker.
void add_difference(const cv::Mat& preview, const cv::Mat& render,
                    const compiler::MarkerLabel& marker, nlohmann::json& line) {
  std::vector<cv::Point> outline;
  for (const auto& point : marker.outline) {
    if (!point) return;
    outline.emplace_back(static_cast<int>(point->x()), static_cast<int>(point->y()));
  }
  cv::Mat mask = cv::Mat::zeros(preview.size(), CV_8UC1);
  cv::fillConvexPoly(mask, outline, 255);
  if (cv::countNonZero(mask) == 0) return;
  cv::Mat signed_preview;
  cv::Mat signed_render;
  preview.convertTo(signed_preview, CV_16S);
  render.convertTo(signed_render, CV_16S);
  const cv::Mat difference = signed_preview - signed_render;
  line["mean_difference"] = cv::mean(difference, mask)[1];
  line["mean_absolute_difference"] = cv::mean(cv::abs(difference), mask)[1];
}

void draw(const schema::SceneRecipe& recipe, const std::string& dataset,
          const std::string& folder) {
  for (std::size_t camera = 0; camera < recipe.cameras.size(); ++camera) {
    const auto image_id = fmt::format("scene_{:04}_cam_{:04}", recipe.scene_id, camera);
    const cv::Mat preview = picture_of(recipe, camera);
    const cv::Mat render = cv::imread(fmt::format("{}/images/{}.png", dataset, image_id));
    const std::string path = fmt::format("{}/{}.png", folder, image_id);
    if (!cv::imwrite(path, preview)) throw std::runtime_error(path + ": cannot be written");
    if (render.size() != preview.size()) throw std::runtime_error(image_id + ": no such render");
    for (const auto& marker : compiler::picture_labels(recipe, camera).markers) {
      nlohmann::json line{{"image_id", image_id}, {"tag_id", marker.id}};
      for (const auto& corner : marker.corners) line["corners"].push_back(to_json(corner));
      add_difference(preview, render, marker, line);
      std::cout << line << '\n';
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: draw_previews DATASET FOLDER < recipes.jsonl\n");
    return 64;
  }
  try {
    for (std::string line; std::getline(std::cin, line);) draw(read_recipe(line), argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "draw_previews: %s\n", error.what());
    return 65;
  }
  return 0;
}
