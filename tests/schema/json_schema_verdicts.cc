// SPDX-License-Identifier: MIT
// Prints documents with the reader's verdict, as JSON Lines for json_schema_oracle.py: configs,
// jobs and recipes, whole and with one place changed.
//   {"kind":"config","change":"/camera/iso = null","accepted":false,"document":{...}}
#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "schema/documents/presets.h"
#include "schema/marker_families.h"
#include "schema/typed_io.h"
#include "tests/schema/arbitrary.h"
#include "tests/schema/places.h"

namespace rtag::schema {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

// Values as they stand in a file, for places of any kind and for numbers.
const std::vector<std::string_view> kStrangers{
    "null", "true",  R"("text")", "5",       "5.0",         "-1",     "0",          "1.6e1", "[]",
    "{}",   "[1,2]", "[2,1.5]",   "[1,2,3]", R"(["text"])", "[null]", R"({"a":1})", "1e300"};
const std::vector<std::string_view> kNoNumbers{R"("5")", "null"};
const std::vector<std::string_view> kOtherLists{"[2,1.5]", "null"};
const std::vector<std::string_view> kAroundIntegers{R"("5")",
                                                    "5.5",
                                                    "0",
                                                    "-1",
                                                    "2147483647",
                                                    "2147483648",
                                                    "-2147483648",
                                                    "-2147483649",
                                                    "4294967295",
                                                    "4294967296",
                                                    "9223372036854775808",
                                                    "1e19",
                                                    "1e20",
                                                    "1e300",
                                                    "18446744073709551616"};

bool has_known_families(const Subject& subject) {
  if (const auto* board = std::get_if<BoardSubject>(&subject)) {
    return find_marker_family(board->dictionary) != nullptr;
  }
  for (const std::string& family : std::get<TagsSubject>(subject).tag_families) {
    if (find_marker_family(family) == nullptr) return false;
  }
  return true;
}

// The words that check_config() wants and the schemas name.
bool has_known_words(const SceneRecipe&) { return true; }
bool has_known_words(const GenConfig& config) {
  const auto& subject = config.scenario.subject;
  return config.version == kConfigVersion && (!subject || has_known_families(*subject)) &&
         std::all_of(config.presets.begin(), config.presets.end(),
                     [](const std::string& name) { return find_preset(name) != nullptr; });
}
// The presets of a job are names, for information.
bool has_known_words(const JobSpec& job) {
  GenConfig config = job.scene_config;
  config.presets.clear();
  return job.version == kConfigVersion && has_known_words(config);
}

// With presets, what a config may leave out is not the reader's matter alone.
void forget_presets(GenConfig& config) { config.presets.clear(); }
template <class T>
void forget_presets(T&) {}

void make(GenConfig& config, std::uint64_t seed) {
  config = Arbitrary(seed).make<GenConfig>();
  config.version = kConfigVersion;
  if (seed % 3 == 0) config.presets = {"lighting.factory", "shadow.harsh"};
  if (seed % 2 == 0) {
    auto subject = Arbitrary(seed).make<TagsSubject>();
    subject.tag_families = {"tag36h11", "DICT_4X4_50"};
    config.scenario.subject = subject;
  } else {
    auto subject = Arbitrary(seed).make<BoardSubject>();
    subject.dictionary = "DICT_7X7_1000";
    config.scenario.subject = subject;
  }
}

void make(JobSpec& job, std::uint64_t seed) {
  job = Arbitrary(seed).make<JobSpec>();
  job.version = kConfigVersion;
  make(job.scene_config, seed);
}

// One lamp, one camera, one object of every kind.
void make(SceneRecipe& recipe, std::uint64_t seed) {
  Arbitrary arbitrary(seed);
  recipe = arbitrary.make<SceneRecipe>();
  recipe.world.lights.assign(1, arbitrary.make<LightRecipe>());
  recipe.cameras.assign(1, arbitrary.make<CameraRecipe>());
  recipe.objects.assign(4, arbitrary.make<ObjectRecipe>());
  recipe.objects[0].properties = arbitrary.make<TagProperties>();
  recipe.objects[1].properties = arbitrary.make<BackgroundBoardProperties>();
  recipe.objects[2].properties = arbitrary.make<OccluderProperties>();
  recipe.objects[3].properties = CalibrationBoardProperties{};
}

std::vector<std::string> around_bounds(const Rules& rules) {
  std::vector<std::string> numbers;
  for (const auto& bound :
       {rules.minimum, rules.exclusive_minimum, rules.maximum, rules.exclusive_maximum}) {
    if (!bound) continue;
    for (const double number : {*bound - 1, std::nextafter(*bound, -1e300), *bound,
                                std::nextafter(*bound, 1e300), *bound + 1}) {
      numbers.push_back(to_json(number));
    }
  }
  return numbers;
}

template <class T>
class Documents {
 public:
  Documents(std::string_view kind, Completeness completeness)
      : kind_(kind), completeness_(completeness) {}

  // Whole documents of many seeds; those of `changed` again and again, with one place changed.
  void print_all(const std::vector<std::uint64_t>& changed) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      T value;
      make(value, seed);
      print(fmt::format("seed {}", seed), to_json(value));
    }
    for (const std::uint64_t seed : changed) {
      T value;
      make(value, seed);
      const Places places(value, seed);
      forget_presets(value);
      whole_ = Json::parse(to_json(value));
      for (const Place& place : places) change_value(place);
      change_shape(whole_, "");
    }
  }

 private:
  void print(const std::string& change, const std::string& text) const {
    Problems problems;
    const T value = read_text<T>(text, SourceFormat::kJson, completeness_, problems);
    const bool accepted = problems.empty() && has_known_words(value);
    std::cout << fmt::format("{{\"kind\":\"{}\",\"change\":{},\"accepted\":{},\"document\":{}}}\n",
                             kind_, to_json(change), accepted, text);
  }

  // Numbers around the place's bounds, what is like the value but not it, and three strangers.
  void change_value(const Place& place) {
    for (const std::string& number : around_bounds(place.rules)) set(place.pointer, number);
    const Json value =
        whole_.contains(Pointer(place.pointer)) ? whole_[Pointer(place.pointer)] : Json();
    if (value.is_number_float()) set_each(place.pointer, kNoNumbers);
    if (value.is_array()) set_each(place.pointer, kOtherLists);
    if (value.is_number_integer()) set_each(place.pointer, kAroundIntegers);
    for (int i = 0; i < 3; ++i) {
      set(place.pointer, kStrangers[next_stranger_++ % kStrangers.size()]);
    }
  }

  void set_each(const std::string& pointer, const std::vector<std::string_view>& values) const {
    for (const std::string_view value : values) set(pointer, value);
  }

  void set(const std::string& pointer, std::string_view value) const {
    constexpr std::string_view kMark = "\"<value>\"";
    Json changed = whole_;
    changed[Pointer(pointer)] = "<value>";
    std::string text = to_json(changed);
    text.replace(text.find(kMark), kMark.size(), value);
    print(fmt::format("{} = {}", pointer, value), text);
  }

  // An unknown key and each missing key of every map; another length of every list.
  void change_shape(const Json& node, const std::string& pointer) const {
    const auto print_changed = [&](const std::string& what, const auto& change) {
      Json changed = whole_;
      change(changed[Pointer(pointer)]);
      print(pointer + what, to_json(changed));
    };
    if (node.is_object()) print_changed(" with surprise", [](Json& map) { map["surprise"] = 1; });
    if (node.is_array() && !node.empty()) {
      print_changed(" longer", [](Json& list) { list.push_back(Json(list.back())); });
      print_changed(" shorter", [](Json& list) { list.erase(list.size() - 1); });
    }
    for (const auto& [key, child] : node.items()) {
      if (node.is_object())
        print_changed(" without " + key, [&name = key](Json& map) { map.erase(name); });
      if (child.is_structured()) change_shape(child, pointer + "/" + key);
    }
  }

  std::string_view kind_;
  Completeness completeness_;
  Json whole_;
  std::size_t next_stranger_ = 0;
};

}  // namespace
}  // namespace rtag::schema

int main() {
  using namespace rtag::schema;
  Documents<GenConfig>("config", Completeness::kDefaultsAllowed).print_all({0, 1});
  Documents<JobSpec>("job", Completeness::kDefaultsAllowed).print_all({1});
  Documents<SceneRecipe>("recipe", Completeness::kEveryKey).print_all({1});
  return 0;
}
