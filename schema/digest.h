// SPDX-License-Identifier: MIT
// SHA-256 digests and the seeds derived from them. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rtag::schema {

// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
std::string sha256_hex(std::span<const std::uint8_t> bytes);

// The seed of one use of randomness: the first 4 bytes, big-endian, of
// SHA-256("parent:context:step"), with the top bit cleared.
std::uint32_t derive_seed(std::uint64_t parent, std::string_view context, std::uint64_t step);

}  // namespace rtag::schema
