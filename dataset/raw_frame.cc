// SPDX-License-Identifier: MIT
#include "dataset/raw_frame.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>

#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfInputPart.h>
#include <OpenEXR/ImfMultiPartInputFile.h>
#include <fmt/format.h>

namespace rtag::dataset {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::Outcome;
using schema::Result;

// One channel of a file, and where its pixels go: `first`, `first + stride`, ...
struct Destination {
  std::string channel;
  float* first;
  std::size_t stride;  // in floats
};

Fault rejected(const std::filesystem::path& file, const std::string& fact) {
  return {FaultKind::kRejected, fmt::format("{}: {}", file.string(), fact)};
}

// What keeps this part of a file from being read as an image of `resolution_px`; empty if nothing.
std::string size_fault(const Imf::Header& header, const std::array<int, 2>& resolution_px) {
  const Imath::Box2i& pixels = header.dataWindow();
  const int width_px = pixels.max.x - pixels.min.x + 1;
  const int height_px = pixels.max.y - pixels.min.y + 1;
  if (width_px != resolution_px[0] || height_px != resolution_px[1]) {
    return fmt::format("expected {} x {} pixels (found {} x {})", resolution_px[0],
                       resolution_px[1], width_px, height_px);
  }
  if (pixels != header.displayWindow()) return "the image is a crop of a larger one";
  return "";
}

// REQUIRES: the channel is there.
std::string channel_fault(const Imf::Header& header, const std::string& name) {
  const Imf::Channel* channel = header.channels().findChannel(name);
  if (channel->type != Imf::FLOAT || channel->xSampling != 1 || channel->ySampling != 1) {
    return fmt::format("channel '{}' is not 32-bit float at every pixel", name);
  }
  return "";
}

bool holds(const Imf::Header& header, const std::string& channel) {
  return header.channels().findChannel(channel) != nullptr;
}

// ---- Reading one part of a file: newer writers put each layer into a part of its own

// Where the channel's numbers begin in an uncompressed line: channels follow one another in the
// header's order, one number a pixel each. Where the line ends, for a channel that is not there.
std::size_t bytes_before(const Imf::ChannelList& channels, const std::string& name,
                         std::size_t width_px) {
  std::size_t bytes = 0;
  for (auto channel = channels.begin(); channel != channels.end(); ++channel) {
    if (channel.name() == name) break;
    bytes += width_px * (channel.channel().type == Imf::HALF ? 2 : 4);
  }
  return bytes;
}

bool has_plain_lines(const Imf::Header& header) {
  const Imf::ChannelList& channels = header.channels();
  for (auto channel = channels.begin(); channel != channels.end(); ++channel) {
    if (channel.channel().xSampling != 1 || channel.channel().ySampling != 1) return false;
  }
  return header.compression() == Imf::NO_COMPRESSION;
}

// For what the shim writes. Eight times as fast as OpenEXR's own way, which goes byte by byte.
std::string copy_lines(Imf::InputPart& part, const Imf::Header& header,
                       std::span<const Destination> destinations, std::size_t width_px) {
  static_assert(std::endian::native == std::endian::little, "OpenEXR files are little-endian");
  const Imath::Box2i& pixels = header.dataWindow();
  const std::size_t line_bytes = bytes_before(header.channels(), "", width_px);
  for (int y = pixels.min.y; y <= pixels.max.y; ++y) {
    const char* line = nullptr;
    int bytes = 0;
    part.rawPixelData(y, line, bytes);
    if (static_cast<std::size_t>(bytes) != line_bytes) {
      return fmt::format("row {} has {} bytes in place of {}", y - pixels.min.y, bytes, line_bytes);
    }
    for (const Destination& to : destinations) {
      const char* from = line + bytes_before(header.channels(), to.channel, width_px);
      float* first = to.first + static_cast<std::size_t>(y - pixels.min.y) * width_px * to.stride;
      for (std::size_t x = 0; x < width_px; ++x) {
        std::memcpy(first + x * to.stride, from + x * sizeof(float), sizeof(float));
      }
    }
  }
  return "";
}

std::string decode_lines(Imf::InputPart& part, const Imf::Header& header,
                         std::span<const Destination> destinations, std::size_t width_px) {
  const Imath::Box2i& pixels = header.dataWindow();
  Imf::FrameBuffer buffer;
  for (const Destination& to : destinations) {
    const std::size_t x_stride = to.stride * sizeof(float);
    buffer.insert(to.channel,
                  Imf::Slice::Make(Imf::FLOAT, to.first, pixels, x_stride, x_stride * width_px));
  }
  part.setFrameBuffer(buffer);
  part.readPixels(pixels.min.y, pixels.max.y);
  return "";
}

std::string read_part(Imf::MultiPartInputFile& file, int number,
                      std::span<const Destination> destinations,
                      const std::array<int, 2>& resolution_px) {
  const Imf::Header& header = file.header(number);
  if (std::string fault = size_fault(header, resolution_px); !fault.empty()) return fault;
  for (const Destination& to : destinations) {
    if (std::string fault = channel_fault(header, to.channel); !fault.empty()) return fault;
  }
  Imf::InputPart part(file, number);
  const auto width_px = static_cast<std::size_t>(resolution_px[0]);
  const auto read = has_plain_lines(header) ? copy_lines : decode_lines;
  return read(part, header, destinations, width_px);
}

// ---- Reading files

// What is wrong, or an empty text. May throw what OpenEXR throws.
std::string read_channels_or_throw(const std::filesystem::path& path,
                                   std::vector<Destination> destinations,
                                   const std::array<int, 2>& resolution_px) {
  Imf::MultiPartInputFile file(path.c_str());
  for (int number = 0; number < file.parts(); ++number) {
    const auto first_here = std::stable_partition(
        destinations.begin(), destinations.end(),
        [&](const Destination& to) { return !holds(file.header(number), to.channel); });
    const std::span<const Destination> here(first_here, destinations.end());
    if (here.empty()) continue;
    if (std::string fault = read_part(file, number, here, resolution_px); !fault.empty()) {
      return fault;
    }
    destinations.erase(first_here, destinations.end());
  }
  if (destinations.empty()) return "";
  return fmt::format("no channel '{}'", destinations.front().channel);
}

Outcome read_channels(const std::filesystem::path& path,
                      const std::vector<Destination>& destinations,
                      const std::array<int, 2>& resolution_px) {
  std::string fault;
  try {
    fault = read_channels_or_throw(path, destinations, resolution_px);
  } catch (const std::exception& error) {
    fault = fmt::format("cannot be read as OpenEXR ({})", error.what());
  }
  if (!fault.empty()) return rejected(path, fault);
  return schema::Nothing{};
}

Outcome read_files(const RawFrameFiles& files, float* light, float* index) {
  std::vector<Destination> of_image = {{files.image_layer + ".R", light, 3},
                                       {files.image_layer + ".G", light + 1, 3},
                                       {files.image_layer + ".B", light + 2, 3}};
  const Destination of_index{files.index_channel, index, 1};
  const bool one_pass =
      files.image == files.index && !files.index_channel.starts_with(files.image_layer + ".");
  if (one_pass) of_image.push_back(of_index);
  const Outcome read = read_channels(files.image, of_image, files.resolution_px);
  return read && !one_pass ? read_channels(files.index, {of_index}, files.resolution_px) : read;
}

// ---- Checking what was read

// By the bits, because this loop must become vector instructions.
bool all_finite(std::span<const float> numbers) {
  constexpr std::uint32_t kExponent = 0x7F800000;
  std::uint32_t found = 0;
  for (const float number : numbers) {
    found |= (std::bit_cast<std::uint32_t>(number) & kExponent) == kExponent ? 1U : 0U;
  }
  return found == 0;
}

Outcome check_light(const RawFrame& frame, const std::filesystem::path& path) {
  if (all_finite(frame.linear_rgb)) return schema::Nothing{};
  std::size_t at = 0;
  while (std::isfinite(frame.linear_rgb[at])) ++at;
  const std::size_t pixel = at / 3;
  const std::size_t width_px = static_cast<std::size_t>(frame.width_px);
  return rejected(path, fmt::format("the light at column {}, row {} is not a finite number ({})",
                                    pixel % width_px, pixel / width_px, frame.linear_rgb[at]));
}

// Blender itself numbers objects up to 32767.
bool is_index(float number) {
  return number >= 0 && number <= 32767 &&
         number == static_cast<float>(static_cast<std::int32_t>(number));
}

Outcome convert_index(std::span<const float> numbers, const std::filesystem::path& path,
                      IndexImage& index) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!is_index(numbers[i])) {
      const std::size_t width_px = static_cast<std::size_t>(index.width_px);
      return rejected(path, fmt::format("the index at column {}, row {} is not a whole number from "
                                        "0 to 32767 ({})",
                                        i % width_px, i / width_px, numbers[i]));
    }
    index.objects[i] = static_cast<std::int32_t>(numbers[i]);
  }
  return schema::Nothing{};
}

}  // namespace

Result<RawFrame> read_raw_frame(const RawFrameFiles& files) {
  const auto [width_px, height_px] = files.resolution_px;
  RTAG_CHECK(width_px > 0 && height_px > 0, "a frame has at least one pixel");
  const std::size_t pixels =
      static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px);
  RawFrame frame{width_px, height_px, std::vector<float>(pixels * 3), {width_px, height_px, {}}};
  std::vector<float> index(pixels);
  Outcome outcome = read_files(files, frame.linear_rgb.data(), index.data());
  if (outcome) outcome = check_light(frame, files.image);
  frame.index.objects.resize(pixels);
  if (outcome) outcome = convert_index(index, files.index, frame.index);
  if (!outcome) return outcome.error();
  return frame;
}

}  // namespace rtag::dataset
