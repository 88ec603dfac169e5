// SPDX-License-Identifier: MIT
#include "schema/digest.h"

#include <array>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace rtag::schema {
namespace {

std::array<std::uint8_t, SHA256_DIGEST_LENGTH> sha256(const void* bytes, std::size_t size) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(static_cast<const unsigned char*>(bytes), size, digest.data());
  return digest;
}

std::string hex(const std::array<std::uint8_t, SHA256_DIGEST_LENGTH>& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes.data(), bytes.size())); }

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
  return hex(sha256(bytes.data(), bytes.size()));
}

std::uint32_t derive_seed(std::uint64_t parent, std::string_view context, std::uint64_t step) {
  const std::string text = fmt::format("{}:{}:{}", parent, context, step);
  const auto digest = sha256(text.data(), text.size());
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8) | digest[i];
  return value & 0x7FFFFFFFu;
}

}  // namespace rtag::schema
