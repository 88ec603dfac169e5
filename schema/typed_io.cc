// SPDX-License-Identifier: MIT
#include "schema/typed_io.h"

namespace rtag::schema {

template void append_json(std::string&, const GenConfig&);
template void append_json(std::string&, const JobSpec&);
template void append_json(std::string&, const SceneRecipe&);
template void append_json(std::string&, const DetectionRecord&);

template void Reader::read(const SourceNode&, GenConfig&, const std::string&, const Rules&);
template void Reader::read(const SourceNode&, JobSpec&, const std::string&, const Rules&);
template void Reader::read(const SourceNode&, SceneRecipe&, const std::string&, const Rules&);
template void Reader::read(const SourceNode&, DetectionRecord&, const std::string&, const Rules&);

}  // namespace rtag::schema
