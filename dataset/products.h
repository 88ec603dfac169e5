// SPDX-License-Identifier: MIT
// The names of what a merge writes into a dataset, and the scene as product writers see it.
#pragma once

#include <array>
#include <string_view>

namespace rtag::dataset {

inline constexpr std::string_view kCocoFile = "coco_labels.json";
inline constexpr std::string_view kCsvFile = "ground_truth.csv";
inline constexpr std::string_view kRichTruthFile = "rich_truth.json";
inline constexpr std::string_view kProvenanceFile = "provenance.json";
inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kChecksumsFile = "checksums.json";
inline constexpr std::string_view kJobFile = "job.json";

// In the order in which a merge makes them visible: checksums.json tells of all others.
inline constexpr std::array<std::string_view, 6> kProducts{
    kCsvFile, kCocoFile, kRichTruthFile, kProvenanceFile, kManifestFile, kChecksumsFile};

// The centre of the first pixel in both directions (docs/conventions.md); stated in every product.
inline constexpr double kPixelCenter = 0.5;

}  // namespace rtag::dataset
