// SPDX-License-Identifier: MIT
// The words and small shapes that the schema's types share: enumerations with the spelling they
// have in every file, vectors and matrices as plain arrays (row-major), and the sensor-noise block.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/fields.h"

namespace rtag::schema {

using Vector3 = std::array<double, 3>;
using Matrix3 = std::array<std::array<double, 3>, 3>;
using Matrix4 = std::array<std::array<double, 4>, 4>;

template <class E, std::size_t N>
using Words = std::array<std::pair<std::string_view, E>, N>;

enum class RendererMode { kCycles, kEevee, kWorkbench };
constexpr auto choices_of(std::type_identity<RendererMode>) {
  return Words<RendererMode, 3>{{{"cycles", RendererMode::kCycles},
                                 {"eevee", RendererMode::kEevee},
                                 {"workbench", RendererMode::kWorkbench}}};
}

enum class DenoiserType { kIntel, kOptix };
constexpr auto choices_of(std::type_identity<DenoiserType>) {
  return Words<DenoiserType, 2>{{{"INTEL", DenoiserType::kIntel}, {"OPTIX", DenoiserType::kOptix}}};
}

enum class ToneMapping { kLinear, kSrgb, kFilmic };
constexpr auto choices_of(std::type_identity<ToneMapping>) {
  return Words<ToneMapping, 3>{{{"linear", ToneMapping::kLinear},
                                {"srgb", ToneMapping::kSrgb},
                                {"filmic", ToneMapping::kFilmic}}};
}

enum class DistortionModel { kNone, kBrownConrady, kKannalaBrandt };
constexpr auto choices_of(std::type_identity<DistortionModel>) {
  return Words<DistortionModel, 3>{{{"none", DistortionModel::kNone},
                                    {"brown_conrady", DistortionModel::kBrownConrady},
                                    {"kannala_brandt", DistortionModel::kKannalaBrandt}}};
}

enum class LightType { kPoint, kSun };
constexpr auto choices_of(std::type_identity<LightType>) {
  return Words<LightType, 2>{{{"POINT", LightType::kPoint}, {"SUN", LightType::kSun}}};
}

enum class ObjectType { kTag, kBoard, kOccluder };
constexpr auto choices_of(std::type_identity<ObjectType>) {
  return Words<ObjectType, 3>{{{"TAG", ObjectType::kTag},
                               {"BOARD", ObjectType::kBoard},
                               {"OCCLUDER", ObjectType::kOccluder}}};
}

enum class BoardType { kAprilGrid, kCharuco };
constexpr auto choices_of(std::type_identity<BoardType>) {
  return Words<BoardType, 2>{
      {{"aprilgrid", BoardType::kAprilGrid}, {"charuco", BoardType::kCharuco}}};
}

enum class NoiseModel { kGaussian, kPoisson, kSaltAndPepper };
constexpr auto choices_of(std::type_identity<NoiseModel>) {
  return Words<NoiseModel, 3>{{{"gaussian", NoiseModel::kGaussian},
                               {"poisson", NoiseModel::kPoisson},
                               {"salt_and_pepper", NoiseModel::kSaltAndPepper}}};
}

enum class PpmDistribution { kUniform };
constexpr auto choices_of(std::type_identity<PpmDistribution>) {
  return Words<PpmDistribution, 1>{{{"uniform", PpmDistribution::kUniform}}};
}

enum class IntensitySampling { kLinear, kLog };
constexpr auto choices_of(std::type_identity<IntensitySampling>) {
  return Words<IntensitySampling, 2>{
      {{"linear", IntensitySampling::kLinear}, {"log", IntensitySampling::kLog}}};
}

enum class SamplingMode { kRandom, kDistance, kAngle };
constexpr auto choices_of(std::type_identity<SamplingMode>) {
  return Words<SamplingMode, 3>{{{"random", SamplingMode::kRandom},
                                 {"distance", SamplingMode::kDistance},
                                 {"angle", SamplingMode::kAngle}}};
}

// How the tags of a scene are arranged: bare, on the white squares of a chessboard, or with black
// squares where cells meet.
enum class TagLayout { kPlain, kChessboard, kAprilGrid };
constexpr auto choices_of(std::type_identity<TagLayout>) {
  return Words<TagLayout, 3>{{{"plain", TagLayout::kPlain},
                              {"cb", TagLayout::kChessboard},
                              {"aprilgrid", TagLayout::kAprilGrid}}};
}

// The top-left square of a ChArUco board: black as OpenCV draws it since 4.6, white as before.
enum class FirstSquare { kWhite, kBlack };
constexpr auto choices_of(std::type_identity<FirstSquare>) {
  return Words<FirstSquare, 2>{{{"white", FirstSquare::kWhite}, {"black", FirstSquare::kBlack}}};
}

// Where a board's ids begin: row by row downwards, or upwards as Kalibr numbers an AprilGrid.
enum class IdOrder { kTopLeft, kBottomLeft };
constexpr auto choices_of(std::type_identity<IdOrder>) {
  return Words<IdOrder, 2>{
      {{"top_left", IdOrder::kTopLeft}, {"bottom_left", IdOrder::kBottomLeft}}};
}

// How much of a calibration board must be in the image: the middle half of each side, as published
// benchmarks ask, or all of it.
enum class BoardFraming { kMiddle, kWhole };
constexpr auto choices_of(std::type_identity<BoardFraming>) {
  return Words<BoardFraming, 2>{
      {{"middle", BoardFraming::kMiddle}, {"whole", BoardFraming::kWhole}}};
}

enum class OccluderPattern { kHalf, kCorner, kBar, kSlit };
constexpr auto choices_of(std::type_identity<OccluderPattern>) {
  return Words<OccluderPattern, 4>{{{"half", OccluderPattern::kHalf},
                                    {"corner", OccluderPattern::kCorner},
                                    {"bar", OccluderPattern::kBar},
                                    {"slit", OccluderPattern::kSlit}}};
}

enum class EvaluationScope { kDetection, kCornerAccuracy, kPoseEstimation, kCalibration };
constexpr auto choices_of(std::type_identity<EvaluationScope>) {
  return Words<EvaluationScope, 4>{{{"detection", EvaluationScope::kDetection},
                                    {"corner_accuracy", EvaluationScope::kCornerAccuracy},
                                    {"pose_estimation", EvaluationScope::kPoseEstimation},
                                    {"calibration", EvaluationScope::kCalibration}}};
}

enum class SubjectType { kTags, kBoard };
constexpr auto choices_of(std::type_identity<SubjectType>) {
  return Words<SubjectType, 2>{{{"TAGS", SubjectType::kTags}, {"BOARD", SubjectType::kBoard}}};
}

struct NoiseComponent {
  NoiseModel model = NoiseModel::kGaussian;
  double mean = 0;
  double stddev = 0;
  double salt_vs_pepper = 0.5;
  double amount = 0;
  double scale = 1000;
  std::optional<std::uint64_t> seed;
  bool operator==(const NoiseComponent&) const = default;
};
constexpr auto fields_of(std::type_identity<NoiseComponent>) {
  using S = NoiseComponent;
  return table<S>(
      field("model", &S::model, "", "Kind of noise."),
      field("mean", &S::mean, "", "Gaussian: mean, of full scale."),
      field("stddev", &S::stddev, "", "Gaussian: standard deviation, of full scale.", at_least(0)),
      field("salt_vs_pepper", &S::salt_vs_pepper, "", "Share of white specks.", between(0, 1)),
      field("amount", &S::amount, "", "Share of specks.", between(0, 1)),
      field("scale", &S::scale, "", "Poisson: photons at full scale.", above(0)),
      field("seed", &S::seed, "", "Seed of the noise; null derives one."));
}

struct SensorNoise {
  NoiseModel model = NoiseModel::kGaussian;
  double mean = 0;
  double stddev = 0;
  double salt_vs_pepper = 0.5;
  double amount = 0;
  double scale = 1000;
  std::optional<std::uint64_t> seed;
  std::optional<std::vector<NoiseComponent>> models;
  bool operator==(const SensorNoise&) const = default;
};
constexpr auto fields_of(std::type_identity<SensorNoise>) {
  using S = SensorNoise;
  return table<S>(
      field("model", &S::model, "", "Kind of noise."),
      field("mean", &S::mean, "", "Gaussian: mean, of full scale."),
      field("stddev", &S::stddev, "", "Gaussian: standard deviation, of full scale.", at_least(0)),
      field("salt_vs_pepper", &S::salt_vs_pepper, "", "Share of white specks.", between(0, 1)),
      field("amount", &S::amount, "", "Share of specks.", between(0, 1)),
      field("scale", &S::scale, "", "Poisson: photons at full scale.", above(0)),
      field("seed", &S::seed, "", "Seed of the noise; null derives one."),
      field("models", &S::models, "", "Components applied in order, in place of the above."));
}

}  // namespace rtag::schema
