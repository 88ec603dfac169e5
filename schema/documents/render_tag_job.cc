// SPDX-License-Identifier: MIT
#include "schema/documents/render_tag_job.h"

#include <optional>

#include <fmt/format.h>

#include "schema/digest.h"
#include "schema/documents/document.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kSeedInConfig = "scene_config.dataset.seeds.global_seed";

// From Python's spelling, 1e-05, to that of render-tag's serialiser: an exponent without leading
// zeros, and none at -5.
std::string render_tag_number(double value) {
  std::string text = to_json(value);
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return text;
  if (text.substr(e) != "e-05") {
    if (text[e + 2] == '0') text.erase(e + 2, 1);
    return text;
  }
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return (value < 0 ? "-0.0000" : "0.0000") + digits;
}

void append_render_tag_json(std::string& out, const ordered_json& value) {
  const char* separator = "";
  if (value.is_object()) {
    out += '{';
    for (const auto& [key, child] : value.items()) {
      out += std::exchange(separator, ",");
      append_json(out, key);
      out += ':';
      append_render_tag_json(out, child);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const auto& item : value) {
      out += std::exchange(separator, ",");
      append_render_tag_json(out, item);
    }
    out += ']';
  } else if (value.is_number_float()) {
    out += render_tag_number(value.get<double>());
  } else {
    append_json(out, value);
  }
}

std::string text_at(const SourceNode& root, std::string_view path) {
  const SourceNode* node = find_at(root, path);
  return node == nullptr ? std::string() : node->text;
}

void note_unverified_hash(const SourceNode& job, std::vector<std::string>& notes) {
  const std::string hash = text_at(job, "config_hash");
  if (hash.empty()) return;
  GenConfig config;
  Problems problems;  // found again when the job is read
  Reader(Completeness::kDefaultsAllowed, problems).read(*find_at(job, "scene_config"), config, "");
  if (!problems.empty() || render_tag_config_hash(config) == hash) return;
  notes.push_back(
      "config_hash cannot be verified: it is not the hash of scene_config as render-tag computes "
      "it (its lock command hashed the YAML file)");
}

void drop_identity(SourceNode& job, std::vector<std::string>& notes) {
  for (const std::string_view path : {"env_hash", "blender_version", "assets_hash", "config_hash",
                                      "paths.logs_dir", "shard_index"}) {
    if (take_at(job, path)) notes.push_back(fmt::format("{} of render-tag -> removed", path));
  }
  if (SourceNode* job_id = find_at(job, "job_id")) {
    notes.push_back(fmt::format("job_id {} of render-tag -> by content", job_id->text));
    *job_id = text_node("");
  }
}

// Its command line could change one seed without the other; the job's was the one in use.
void align_seeds(SourceNode& job, std::vector<std::string>& notes) {
  const SourceNode* seed = job.find("global_seed");
  if (seed == nullptr || seed->text == text_at(job, kSeedInConfig)) return;
  notes.push_back(fmt::format("global_seed {} -> {}", seed->text, kSeedInConfig));
  set_at(job, kSeedInConfig, SourceNode(*seed));
}

}  // namespace

bool is_render_tag_job(const SourceNode& job) {
  const std::string env_hash = text_at(job, "env_hash");
  const bool is_ours = env_hash.empty() || env_hash == "unknown" || env_hash.starts_with("rtag/");
  return !is_ours || text_at(job, "job_id").starts_with("job-");
}

void adopt_render_tag_job(SourceNode& job, std::vector<std::string>& notes) {
  note_unverified_hash(job, notes);
  drop_identity(job, notes);
  align_seeds(job, notes);
}

std::string render_tag_config_hash(const GenConfig& config) {
  ordered_json json = ordered_json::parse(to_json(config));
  ordered_json& denoising = json["renderer"]["enable_denoising"];
  if (denoising.is_null()) denoising = true;
  for (const char* key : {"min_tag_pixels", "max_tag_pixels"}) {  // floats there
    ordered_json& pixels = json["camera"][key];
    if (pixels.is_number()) pixels = pixels.get<double>();
  }
  std::string text;
  append_render_tag_json(text, json);
  return sha256_hex(text);
}

}  // namespace rtag::schema
