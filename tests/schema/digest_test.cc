// SPDX-License-Identifier: MIT
#include "schema/digest.h"

#include <array>

#include <catch2/catch.hpp>

namespace rtag::schema {

// FIPS 180-2, appendix B, and the empty text.
TEST_CASE("SHA-256 of the standard's examples") {
  CHECK(sha256_hex(std::string_view("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string_view("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(sha256_hex(std::string_view()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("bytes and text give the same digest, NUL included") {
  const std::array<std::uint8_t, 3> bytes{'a', 0, 'b'};
  CHECK(sha256_hex(std::span(bytes)) == sha256_hex(std::string_view("a\0b", 3)));
  CHECK(sha256_hex(std::string_view("a\0b", 3)) != sha256_hex(std::string_view("a")));
}

// Seeds of published recipes: a change here changes every dataset.
TEST_CASE("derived seeds are those of the published recipes") {
  CHECK(derive_seed(42, "scene", 0) == 428192135);
  CHECK(derive_seed(42, "scene", 1) == 156276814);
  CHECK(derive_seed(2026, "scene", 499) == 1354088500);
  CHECK(derive_seed(428192135, "attempt", 0) == 2115084936);
  CHECK(derive_seed(428192135, "attempt", 1) == 103501429);
  CHECK(derive_seed(2115084936, "world", 0) == 1716646363);
  CHECK(derive_seed(1716646363, "light", 0) == 1813695428);
  CHECK(derive_seed(1716646363, "light", 1) == 6238491);
  CHECK(derive_seed(1716646363, "light", 2) == 1675043647);
  CHECK(derive_seed(1716646363, "lighting_root", 0) == 1560739466);
  CHECK(derive_seed(2115084936, "layout", 0) == 1797874455);
  CHECK(derive_seed(1797874455, "tag_obj", 0) == 1270857825);
  CHECK(derive_seed(1797874455, "tag_obj", 1) == 1247624110);
  CHECK(derive_seed(2115084936, "layout_offset", 0) == 1500709878);
  CHECK(derive_seed(2115084936, "camera", 0) == 583738599);
  CHECK(derive_seed(583738599, "noise", 0) == 563697580);
  CHECK(derive_seed(2115084936, "occluder_layout", 0) == 1354559555);
  CHECK(derive_seed(42, "render", 0) == 1790857812);
  CHECK(derive_seed(0, "a", 1) == 1104693125);
}

TEST_CASE("a seed depends on parent, context and step, and never has its top bit set") {
  CHECK(derive_seed(1, "a", 0) != derive_seed(2, "a", 0));
  CHECK(derive_seed(1, "a", 0) != derive_seed(1, "b", 0));
  CHECK(derive_seed(1, "a", 0) != derive_seed(1, "a", 1));
  for (std::uint64_t step = 0; step < 1000; ++step) CHECK(derive_seed(7, "x", step) < 1u << 31);
}

}  // namespace rtag::schema
