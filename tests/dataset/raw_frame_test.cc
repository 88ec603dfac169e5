// SPDX-License-Identifier: MIT
#include "dataset/raw_frame.h"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>

#include <OpenEXR/ImfChannelList.h>
#include <OpenEXR/ImfFrameBuffer.h>
#include <OpenEXR/ImfHeader.h>
#include <OpenEXR/ImfMultiPartOutputFile.h>
#include <OpenEXR/ImfOutputFile.h>
#include <OpenEXR/ImfOutputPart.h>
#include <OpenEXR/ImfPartType.h>
#include <catch2/catch.hpp>

namespace fs = std::filesystem;
using namespace rtag::dataset;
using rtag::schema::FaultKind;

namespace {

constexpr int kWidth_px = 4;
constexpr int kHeight_px = 3;
constexpr std::size_t kPixels = kWidth_px * kHeight_px;

// A folder that goes away with its test.
struct Folder {
  fs::path path;
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "raw_frame_XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
};

using Channels = std::map<std::string, std::vector<float>>;

// Each number tells its channel, row and column.
std::vector<float> ramp(float start) {
  std::vector<float> numbers(kPixels);
  for (std::size_t i = 0; i < kPixels; ++i) numbers[i] = start + static_cast<float>(i);
  return numbers;
}

Channels frame_channels() {
  return {{"ViewLayer.Combined.R", ramp(0.25F)},
          {"ViewLayer.Combined.G", ramp(100)},
          {"ViewLayer.Combined.B", ramp(-3)},
          {"ViewLayer.Combined.A", ramp(7)},
          {"ViewLayer.IndexOB.X", ramp(0)}};
}

Imf::FrameBuffer buffer_of(Channels& channels, Imf::Header& header) {
  Imf::FrameBuffer buffer;
  for (auto& [name, numbers] : channels) {
    header.channels().insert(name, Imf::Channel(Imf::FLOAT));
    buffer.insert(name, Imf::Slice::Make(Imf::FLOAT, numbers.data(), header.dataWindow(),
                                         sizeof(float), kWidth_px * sizeof(float)));
  }
  return buffer;
}

void write_exr(const fs::path& path, Channels channels,
               Imf::Compression compression = Imf::NO_COMPRESSION) {
  Imf::Header header(kWidth_px, kHeight_px);
  header.compression() = compression;
  const Imf::FrameBuffer buffer = buffer_of(channels, header);
  Imf::OutputFile file(path.c_str(), header);
  file.setFrameBuffer(buffer);
  file.writePixels(kHeight_px);
}

void write_parts(const fs::path& path, std::vector<Channels> parts) {
  std::vector<Imf::Header> headers;
  std::vector<Imf::FrameBuffer> buffers;
  for (Channels& channels : parts) {
    Imf::Header& header = headers.emplace_back(kWidth_px, kHeight_px);
    header.setName("part" + std::to_string(headers.size()));
    header.setType(Imf::SCANLINEIMAGE);
    buffers.push_back(buffer_of(channels, header));
  }
  Imf::MultiPartOutputFile file(path.c_str(), headers.data(), static_cast<int>(headers.size()));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Imf::OutputPart part(file, static_cast<int>(i));
    part.setFrameBuffer(buffers[i]);
    part.writePixels(kHeight_px);
  }
}

void write_half(const fs::path& path) {
  std::vector<half> numbers(kPixels);
  Imf::Header header(kWidth_px, kHeight_px);
  Imf::FrameBuffer buffer;
  for (const char* name : {"ViewLayer.Combined.R", "ViewLayer.Combined.G", "ViewLayer.Combined.B",
                           "ViewLayer.IndexOB.X"}) {
    header.channels().insert(name, Imf::Channel(Imf::HALF));
    buffer.insert(name, Imf::Slice::Make(Imf::HALF, numbers.data(), header.dataWindow()));
  }
  Imf::OutputFile file(path.c_str(), header);
  file.setFrameBuffer(buffer);
  file.writePixels(kHeight_px);
}

RawFrameFiles files_at(const fs::path& path) {
  return {path, "ViewLayer.Combined", path, "ViewLayer.IndexOB.X", {kWidth_px, kHeight_px}};
}

std::string fault_of(const RawFrameFiles& files) {
  const auto frame = read_raw_frame(files);
  REQUIRE_FALSE(frame.has_value());
  CHECK(frame.error().kind == FaultKind::kRejected);
  return frame.error().message;
}

// The fault of a file with these channels, without the path in front.
std::string fault_of(const Channels& channels) {
  const Folder folder;
  const fs::path path = folder.path / "frame.exr";
  write_exr(path, channels);
  const std::string message = fault_of(files_at(path));
  REQUIRE(message.rfind(path.string() + ": ", 0) == 0);
  return message.substr(path.string().size() + 2);
}

void check_frame(const RawFrame& frame) {
  REQUIRE(frame.width_px == kWidth_px);
  REQUIRE(frame.height_px == kHeight_px);
  REQUIRE(frame.linear_rgb.size() == 3 * kPixels);
  for (std::size_t i = 0; i < kPixels; ++i) {
    CHECK(frame.linear_rgb[3 * i] == 0.25F + static_cast<float>(i));
    CHECK(frame.linear_rgb[3 * i + 1] == 100 + static_cast<float>(i));
    CHECK(frame.linear_rgb[3 * i + 2] == -3 + static_cast<float>(i));
  }
  CHECK(frame.index.width_px == kWidth_px);
  CHECK(frame.index.height_px == kHeight_px);
  CHECK(frame.index.at(0, 0) == 0);  // the top row comes first
  CHECK(frame.index.at(3, 0) == 3);
  CHECK(frame.index.at(1, 2) == 9);
}

}  // namespace

TEST_CASE("light and index are read from one file, every number in its place") {
  const Folder folder;
  for (const auto compression : {Imf::NO_COMPRESSION, Imf::ZIP_COMPRESSION}) {
    write_exr(folder.path / "frame.exr", frame_channels(), compression);
    const auto frame = read_raw_frame(files_at(folder.path / "frame.exr"));
    REQUIRE(frame.has_value());
    check_frame(*frame);
  }
}

TEST_CASE("light and index may come from two files, and the index from a colour channel") {
  const Folder folder;
  Channels index{{"ViewLayer.Combined.R", ramp(0)}};
  Channels light = frame_channels();
  light.erase("ViewLayer.IndexOB.X");
  write_exr(folder.path / "light.exr", light);
  write_exr(folder.path / "index.exr", index);
  RawFrameFiles files = files_at(folder.path / "light.exr");
  files.index = folder.path / "index.exr";
  files.index_channel = "ViewLayer.Combined.R";
  const auto frame = read_raw_frame(files);
  REQUIRE(frame.has_value());
  check_frame(*frame);
}

TEST_CASE("one channel may be light and index at once") {
  const Folder folder;
  Channels channels = frame_channels();
  channels["ViewLayer.Combined.R"] = ramp(0);
  RawFrameFiles files = files_at(folder.path / "frame.exr");
  files.index_channel = "ViewLayer.Combined.R";
  for (const auto compression : {Imf::NO_COMPRESSION, Imf::ZIP_COMPRESSION}) {
    write_exr(folder.path / "frame.exr", channels, compression);
    const auto frame = read_raw_frame(files);
    REQUIRE(frame.has_value());
    CHECK(frame->index.at(1, 2) == 9);
    CHECK(frame->linear_rgb[27] == 9);
  }
}

TEST_CASE("light and index may be different parts of one file") {
  const Folder folder;
  Channels light = frame_channels();
  Channels index{{"ViewLayer.IndexOB.X", light.at("ViewLayer.IndexOB.X")}};
  light.erase("ViewLayer.IndexOB.X");
  write_parts(folder.path / "frame.exr", {index, light});
  const auto frame = read_raw_frame(files_at(folder.path / "frame.exr"));
  REQUIRE(frame.has_value());
  check_frame(*frame);
}

TEST_CASE("a frame cut short anywhere is refused") {
  const Folder folder;
  const fs::path path = folder.path / "frame.exr";
  write_exr(path, frame_channels());
  for (auto length = fs::file_size(path); length > 0;) {
    fs::resize_file(path, --length);
    const std::string message = fault_of(files_at(path));
    CHECK(message.rfind(path.string() + ": cannot be read as OpenEXR (", 0) == 0);
  }
}

TEST_CASE("a line of pixels that is shorter than its image is wide is refused") {
  const Folder folder;
  const fs::path path = folder.path / "frame.exr";
  write_exr(path, frame_channels());
  // The last line: its row and its length, 4 bytes each, then 5 channels of 4 floats.
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-84, std::ios::end);
  file.put(76);
  file.close();
  CHECK(fault_of(files_at(path)) == path.string() + ": row 2 has 76 bytes in place of 80");
}

TEST_CASE("a frame that is not there is refused with its name") {
  const std::string message = fault_of(files_at("/nowhere/frame.exr"));
  CHECK(message.rfind("/nowhere/frame.exr: cannot be read as OpenEXR (", 0) == 0);
}

TEST_CASE("a channel that is missing is named") {
  for (const std::string name : {"ViewLayer.Combined.G", "ViewLayer.IndexOB.X"}) {
    Channels channels = frame_channels();
    channels.erase(name);
    CHECK(fault_of(channels) == "no channel '" + name + "'");
  }
}

TEST_CASE("a channel of 16 bits is refused: it would round the light") {
  const Folder folder;
  const fs::path path = folder.path / "frame.exr";
  write_half(path);
  CHECK(fault_of(files_at(path)) ==
        path.string() + ": channel 'ViewLayer.Combined.R' is not 32-bit float at every pixel");
}

TEST_CASE("a frame of another size than asked for is refused") {
  const Folder folder;
  const fs::path path = folder.path / "frame.exr";
  write_exr(path, frame_channels());
  RawFrameFiles files = files_at(path);
  files.resolution_px = {3, 4};
  CHECK(fault_of(files) == path.string() + ": expected 3 x 4 pixels (found 4 x 3)");
}

TEST_CASE("a crop of a larger image is refused: its pixels are not where the labels think") {
  const Folder folder;
  const fs::path path = folder.path / "frame.exr";
  Channels channels = frame_channels();
  Imf::Header header(Imath::Box2i({0, 0}, {9, 9}), Imath::Box2i({2, 2}, {5, 4}));
  {
    const Imf::FrameBuffer buffer = buffer_of(channels, header);
    Imf::OutputFile file(path.c_str(), header);
    file.setFrameBuffer(buffer);
    file.writePixels(kHeight_px);
  }
  CHECK(fault_of(files_at(path)) == path.string() + ": the image is a crop of a larger one");
}

TEST_CASE("light that is not a finite number is refused, with its place") {
  Channels channels = frame_channels();
  channels["ViewLayer.Combined.B"][6] = std::numeric_limits<float>::quiet_NaN();
  CHECK(fault_of(channels) == "the light at column 2, row 1 is not a finite number (nan)");
  channels = frame_channels();
  channels["ViewLayer.Combined.R"][0] = -std::numeric_limits<float>::infinity();
  CHECK(fault_of(channels) == "the light at column 0, row 0 is not a finite number (-inf)");
}

TEST_CASE("an index that is blurred, negative or no number is refused, with its place") {
  for (const float wrong : {1.5F, -1.0F, 32768.0F, std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()}) {
    Channels channels = frame_channels();
    channels["ViewLayer.IndexOB.X"][11] = wrong;
    CHECK(fault_of(channels).rfind(
              "the index at column 3, row 2 is not a whole number from 0 to 32767 (", 0) == 0);
  }
}
