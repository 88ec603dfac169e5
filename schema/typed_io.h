// SPDX-License-Identifier: MIT
// Reading and writing of the large types, compiled once (typed_io.cc) instead of wherever they are
// used. Include it in place of read.h and write.h where one of these types is read or written.
#pragma once

#include "schema/detection_record.h"
#include "schema/job_spec.h"
#include "schema/read.h"
#include "schema/scene_recipe.h"
#include "schema/write.h"

namespace rtag::schema {

extern template void append_json(std::string&, const GenConfig&);
extern template void append_json(std::string&, const JobSpec&);
extern template void append_json(std::string&, const SceneRecipe&);
extern template void append_json(std::string&, const DetectionRecord&);

extern template void Reader::read(const SourceNode&, GenConfig&, const std::string&, const Rules&);
extern template void Reader::read(const SourceNode&, JobSpec&, const std::string&, const Rules&);
extern template void Reader::read(const SourceNode&, SceneRecipe&, const std::string&,
                                  const Rules&);
extern template void Reader::read(const SourceNode&, DetectionRecord&, const std::string&,
                                  const Rules&);

}  // namespace rtag::schema
