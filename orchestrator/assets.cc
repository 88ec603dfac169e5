// SPDX-License-Identifier: MIT
#include "orchestrator/assets.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "compiler/surroundings.h"
#include "schema/digest.h"
#include "schema/job_identity.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Result;

constexpr std::string_view kFloorField = "scene.texture_dir";
constexpr std::string_view kEnvironmentField = "scene.background_hdri";

bool is_image(const fs::path& path) {
  std::string suffix = path.extension().string();
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::array<std::string_view, 5> kSuffixes{".png", ".jpg", ".jpeg", ".tif", ".tiff"};
  return std::find(kSuffixes.begin(), kSuffixes.end(), suffix) != kSuffixes.end();
}

// By its first bytes: whether the rest can be read turns out when it is used.
bool begins_like_image(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array<std::string_view, 7> kSignatures{
      "\x89PNG\r\n"sv,      "\xFF\xD8\xFF"sv, "II*\0"sv, "MM\0*"sv,
      "\x76\x2F\x31\x01"sv, "#?RADIANCE"sv,   "#?RGBE"sv};
  return std::any_of(kSignatures.begin(), kSignatures.end(),
                     [&](std::string_view signature) { return bytes.starts_with(signature); });
}

Result<std::string> digest_of(const fs::path& path, std::string_view field) {
  const auto fault = [&](std::string_view fact) {
    return Fault{FaultKind::kInput, fmt::format("{}: {}: {}", field, path.string(), fact)};
  };
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return fault("no such file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fault("cannot be opened");
  std::string bytes;
  std::array<char, 65536> block{};
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    bytes.append(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) return fault("cannot be read to its end");
  if (!begins_like_image(bytes)) return fault("is not an image");
  return schema::sha256_hex(bytes);
}

Result<std::vector<fs::path>> list_images(const fs::path& folder) {
  const auto fault = [&](std::string_view reason) {
    return Fault{FaultKind::kInput,
                 fmt::format("{}: {}: {}", kFloorField, folder.string(), reason)};
  };
  std::error_code error;
  if (!fs::is_directory(folder, error)) return fault("no such folder");
  std::vector<fs::path> images;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file(error) && is_image(it->path())) images.push_back(it->path());
  }
  if (error) return fault(error.message());
  if (images.empty()) return fault("holds no .png, .jpg, .jpeg, .tif or .tiff image");
  return images;
}

Result<std::vector<Asset>> find_floors(const fs::path& folder) {
  const auto images = list_images(folder);
  if (!images) return images.error();
  std::vector<Asset> floors;
  for (const fs::path& image : *images) {
    const auto digest = digest_of(image, kFloorField);
    if (!digest) return digest.error();
    floors.push_back({image.lexically_relative(folder).generic_string(), image, *digest});
  }
  std::sort(floors.begin(), floors.end(),
            [](const Asset& a, const Asset& b) { return a.name < b.name; });
  return floors;
}

Result<Asset> find_environment(const std::string& configured, const fs::path& path) {
  const auto digest = digest_of(path, kEnvironmentField);
  if (!digest) return digest.error();
  return Asset{compiler::environment_name(configured), path, *digest};
}

std::string hash_of(const Assets& assets) {
  std::string listing;
  for (const Asset& floor : assets.floors) {
    listing += fmt::format("{} {}\n", floor.sha256, floor.name);
  }
  if (assets.environment) listing += fmt::format("{} environment\n", assets.environment->sha256);
  return listing.empty() ? "none" : schema::sha256_hex("rtag-assets/1\n" + listing);
}

}  // namespace

Result<Assets> find_assets(const schema::JobSpec& job, const fs::path& job_file) {
  const schema::SceneSurroundings& scene = job.scene_config.scene;
  const fs::path base = fs::absolute(job_file).parent_path() / job.paths.assets_dir;
  Assets assets;
  if (scene.texture_dir) {
    auto floors = find_floors((base / *scene.texture_dir).lexically_normal());
    if (!floors) return floors.error();
    assets.floors = *std::move(floors);
  }
  if (scene.background_hdri && !schema::is_blender_asset(*scene.background_hdri)) {
    auto environment = find_environment(*scene.background_hdri,
                                        (base / *scene.background_hdri).lexically_normal());
    if (!environment) return environment.error();
    assets.environment = *std::move(environment);
  }
  assets.hash = hash_of(assets);
  return assets;
}

std::string assets_folder_from(const fs::path& job_file, const std::string& assets_dir,
                               const std::optional<fs::path>& output) {
  const fs::path assets = (fs::absolute(job_file).parent_path() / assets_dir).lexically_normal();
  if (!output) return assets.string();
  const fs::path target = fs::absolute(*output).lexically_normal().parent_path();
  const std::string relative = assets.lexically_relative(target).string();
  return relative.ends_with("/.") ? relative.substr(0, relative.size() - 2) : relative;
}

}  // namespace rtag::orchestrator
