// SPDX-License-Identifier: MIT
#include "dataset/staged_file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "schema/check.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using schema::Nothing;
using schema::Outcome;
using schema::Result;

constexpr std::size_t kBuffer_bytes = 1u << 20;

// Calls `take` with the file's bytes, piece by piece; false where it cannot be read to its end.
template <class Take>
bool read_in_pieces(const fs::path& path, Take&& take) {
  std::ifstream file(path, std::ios::binary);
  std::string piece(kBuffer_bytes, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    take(std::string_view(piece.data(), static_cast<std::size_t>(file.gcount())));
  }
  return file.eof();
}

}  // namespace

class StagedFile::Hash {
 public:
  Hash() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    RTAG_CHECK(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1,
               "SHA-256 is part of every libcrypto");
  }
  void add(std::string_view bytes) {
    RTAG_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1,
               "hashing memory cannot fail");
  }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    RTAG_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1,
               "a digest is read once");
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

Result<StagedFile> StagedFile::create(const Storage& storage, fs::path target) {
  if (!storage.staging().empty()) {
    if (Outcome made = storage.ensure_directory(storage.staging()); !made) return made.error();
  }
  Result<OpenFile> file = OpenFile::open(storage.calls(), storage.private_name(target),
                                         O_WRONLY | O_CREAT | O_TRUNC, target);
  if (!file) return file.error();
  return StagedFile(storage, std::move(target), *std::move(file));
}

StagedFile::StagedFile(const Storage& storage, fs::path target, OpenFile file)
    : calls_(&storage.calls()),
      target_(std::move(target)),
      private_name_(storage.private_name(target_)),
      file_(std::move(file)),
      hash_(std::make_unique<Hash>()) {}

StagedFile::StagedFile(StagedFile&& other) noexcept
    : calls_(other.calls_),
      target_(std::move(other.target_)),
      private_name_(std::move(other.private_name_)),
      file_(std::move(other.file_)),
      hash_(std::move(other.hash_)),
      buffer_(std::move(other.buffer_)),
      fault_(std::move(other.fault_)),
      digest_(std::move(other.digest_)),
      is_pending_(std::exchange(other.is_pending_, false)) {}

StagedFile::~StagedFile() {
  if (is_pending_) calls_->remove(private_name_.string());
}

void StagedFile::write(std::string_view bytes) {
  if (fault_) return;
  hash_->add(bytes);
  buffer_ += bytes;
  if (buffer_.size() >= kBuffer_bytes) flush();
}

void StagedFile::append(StagedFile& other) {
  other.flush();
  if (!fault_) fault_ = other.fault_;
  const bool is_whole =
      read_in_pieces(other.private_name_, [&](std::string_view piece) { write(piece); });
  if (!is_whole && !fault_) fault_ = output_fault(other.target_, EIO);
}

void StagedFile::flush() {
  if (fault_) return;
  if (Outcome written = file_.write(buffer_); !written) fault_ = written.error();
  buffer_.clear();
}

Outcome StagedFile::seal() {
  flush();
  if (fault_) return *fault_;
  if (Outcome synced = file_.sync(); !synced) return synced;
  if (Outcome closed = file_.close(); !closed) return closed;
  digest_ = hash_->hex();
  return Nothing{};
}

Outcome StagedFile::publish() {
  RTAG_CHECK(!digest_.empty(), "a file is sealed before it is published");
  const int result = calls_->rename(private_name_.string(), target_.string());
  // NFS may report a failure for a rename that was done: a repeated request finds no source.
  if (result < 0 && !target_is_ours()) return output_fault(target_, -result);
  if (result == 0) is_pending_ = false;
  return Nothing{};
}

bool StagedFile::target_is_ours() const {
  Hash hash;
  const bool is_whole = read_in_pieces(target_, [&](std::string_view piece) { hash.add(piece); });
  return is_whole && hash.hex() == digest_;
}

}  // namespace rtag::dataset
