// SPDX-License-Identifier: MIT
// The contact sheet: images of a finished dataset in one picture, with the outline, the corners'
// numbers and the id of every label drawn on them, for a person to look at. Corner 0 (TL) is red,
// 1 green, 2 blue, 3 yellow; a tag that is not visible is grey. Labels are continuous pixels and
// are drawn to a sixteenth of a pixel of the sheet.
#pragma once

#include <filesystem>

#include "schema/result.h"

namespace rtag::dataset {

// Shows up to max_images of <dataset>/images/*.png in the order of their names, evenly spread over
// the dataset, the first one included, with the labels of <dataset>/rich_truth.json.
// kInput: the dataset has no images, or its truth or an image cannot be read. kOutput: `png` cannot
// be written. REQUIRES: max_images >= 1.
schema::Outcome write_contact_sheet(const std::filesystem::path& dataset,
                                    const std::filesystem::path& png, int max_images);

}  // namespace rtag::dataset
