// SPDX-License-Identifier: MIT
#include "orchestrator/assets.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "schema/digest.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Result;

constexpr std::string_view kFloorField = "scene.texture_dir";

bool is_image(const fs::path& path) {
  std::string suffix = path.extension().string();
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::array<std::string_view, 5> kSuffixes{".png", ".jpg", ".jpeg", ".tif", ".tiff"};
  return std::find(kSuffixes.begin(), kSuffixes.end(), suffix) != kSuffixes.end();
}

// By its first bytes: whether the rest can be read turns out when it is used.
bool begins_like_image(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array<std::string_view, 4> kSignatures{"\x89PNG\r\n"sv, "\xFF\xD8\xFF"sv,
                                                        "II*\0"sv, "MM\0*"sv};
  return std::any_of(kSignatures.begin(), kSignatures.end(),
                     [&](std::string_view signature) { return bytes.starts_with(signature); });
}

Result<std::string> digest_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const auto fault = [&](std::string_view fact) {
    return Fault{FaultKind::kInput, fmt::format("{}: {}: {}", kFloorField, path.string(), fact)};
  };
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
    const auto digest = digest_of(image);
    if (!digest) return digest.error();
    floors.push_back({image.lexically_relative(folder).generic_string(), image, *digest});
  }
  std::sort(floors.begin(), floors.end(),
            [](const Asset& a, const Asset& b) { return a.name < b.name; });
  return floors;
}

}  // namespace

Result<Assets> find_assets(const schema::JobSpec& job, const fs::path& job_file) {
  if (!job.scene_config.scene.texture_dir) return Assets{{}, "none"};
  const fs::path base = fs::absolute(job_file).parent_path() / job.paths.assets_dir;
  const fs::path folder = (base / *job.scene_config.scene.texture_dir).lexically_normal();
  auto floors = find_floors(folder);
  if (!floors) return floors.error();
  std::string listing = "rtag-assets/1\n";
  for (const Asset& floor : *floors) listing += fmt::format("{} {}\n", floor.sha256, floor.name);
  return Assets{*std::move(floors), schema::sha256_hex(listing)};
}

}  // namespace rtag::orchestrator
