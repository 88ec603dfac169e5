// SPDX-License-Identifier: MIT
#include "schema/json_schema.h"

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "schema/check.h"
#include "schema/marker_families.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

using Json = nlohmann::ordered_json;

// Fields of text that must hold one of these words: "BoardSubject.dictionary" and the words.
using WordLists = std::map<std::string, std::vector<std::string_view>>;

// The keys of a map that must be written.
enum class Demand { kNone, kRequiredKeys, kEveryKey };

// "SunConfig".
template <class T>
std::string name_of() {
  const std::string_view text =
      __PRETTY_FUNCTION__;  // "... [with T = rtag::schema::SunConfig; ..."
  const std::size_t begin = text.find("T = ");
  const std::string_view type = text.substr(begin, text.find_first_of(";]", begin) - begin);
  return std::string(type.substr(type.rfind(':') + 1));
}

template <class Owner, class Value>
Json default_of(const Field<Owner, Value>& field) {
  return Json::parse(to_json(Owner{}.*field.member));
}

// Whole numbers without a point.
Json bound(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

void add_lower_bound(Json& schema, const Rules& rules) {
  if (rules.minimum) schema["minimum"] = bound(*rules.minimum);
  if (rules.exclusive_minimum) schema["exclusiveMinimum"] = bound(*rules.exclusive_minimum);
}

void add_upper_bound(Json& schema, const Rules& rules) {
  if (rules.maximum) schema["maximum"] = bound(*rules.maximum);
  if (rules.exclusive_maximum) schema["exclusiveMaximum"] = bound(*rules.exclusive_maximum);
}

Json number(const Rules& rules) {
  Json schema = Json::object({{"type", "number"}});
  add_lower_bound(schema, rules);
  add_upper_bound(schema, rules);
  return schema;
}

// Without a bound of its own the type's.
template <class Integer>
Json whole_number(const Rules& rules) {
  using Limits = std::numeric_limits<Integer>;
  Json schema = Json::object({{"type", "integer"}});
  if (!rules.minimum && !rules.exclusive_minimum) schema["minimum"] = Limits::min();
  add_lower_bound(schema, rules);
  if (!rules.maximum && !rules.exclusive_maximum) schema["maximum"] = Limits::max();
  add_upper_bound(schema, rules);
  return schema;
}

Json any_of(Json alternatives) { return Json::object({{"anyOf", std::move(alternatives)}}); }

Json one_of(const std::vector<std::string_view>& words) { return Json::object({{"enum", words}}); }

Json text(const std::vector<std::string_view>& words) {
  return words.empty() ? Json::object({{"type", "string"}}) : one_of(words);
}

Json list(Json items) { return Json::object({{"type", "array"}, {"items", std::move(items)}}); }

Json list_of(std::size_t count, Json items) {
  Json schema = list(std::move(items));
  schema["minItems"] = count;
  schema["maxItems"] = count;
  return schema;
}

Json list_by(const Rules& rules, const Json& items) {
  Json schema = list(items);
  if (rules.non_empty) schema["minItems"] = 1;
  if (!rules.list_or_item) return schema;
  return any_of(Json::array({std::move(schema), items, Json::object({{"type", "null"}})}));
}

Json or_null(Json schema) {
  if (schema.contains("type")) {
    schema["type"] = Json::array({schema["type"], "null"});
  } else if (schema.contains("enum")) {
    schema["enum"].push_back(nullptr);
  } else if (schema.contains("anyOf")) {
    schema["anyOf"].push_back(Json::object({{"type", "null"}}));
  } else {
    return any_of(Json::array({std::move(schema), Json::object({{"type", "null"}})}));
  }
  return schema;
}

template <class Owner, class Value>
std::string description_of(const Field<Owner, Value>& field) {
  std::string words(field.doc);
  if (!field.unit.empty()) words += fmt::format(" Unit: {}.", field.unit);
  if (field.rules.list_or_item) words += " One item may stand without its list.";
  if (field.rules.extension) words += " Extension of the published format.";
  if (field.rules.acts) return words;
  if (field.rules.instead.empty()) return words + " Has no effect: remove it.";
  return words + fmt::format(" Has no effect: use {}.", field.rules.instead);
}

// A struct of a variant is chosen by the default of its required word: `type` of a subject.
template <class Owner, class Value>
bool is_chosen_by(const Field<Owner, Value>& field, bool is_alternative) {
  return is_alternative && Choice<Value> && field.rules.required;
}

// Schemas of values by their C++ types. Structs become definitions, written once each.
class Definitions {
 public:
  Definitions(Demand demand, WordLists words) : demand_(demand), words_(std::move(words)) {}

  template <Described T>
  Json map_schema(bool is_alternative = false) {
    Json properties = Json::object();
    Json required = Json::array();
    for_each_field<T>([&](const auto& field) {
      properties[std::string(field.name)] = property(field, is_alternative);
      if (is_demanded(field.rules)) required.push_back(field.name);
    });
    Json schema = Json::object({{"type", "object"}, {"properties", std::move(properties)}});
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    return schema;
  }

  // REQUIRES: every word list found its field.
  Json take() {
    RTAG_CHECK(words_.empty(), "a list of words names a field that does not exist");
    Json all = Json::object();
    for (auto& [name, schema] : by_name_) all[name] = std::move(schema);
    return all;
  }

 private:
  bool is_demanded(const Rules& rules) const {
    if (demand_ == Demand::kNone) return false;
    return rules.required || (demand_ == Demand::kEveryKey && !rules.extension);
  }

  template <class Owner, class Value>
  Json property(const Field<Owner, Value>& field, bool is_alternative) {
    const bool is_fixed = !field.rules.acts || is_chosen_by(field, is_alternative);
    Json schema = is_fixed ? Json::object({{"const", default_of(field)}})
                           : value_schema<Value>(field.rules, take_words(field));
    schema["description"] = description_of(field);
    if (!field.rules.acts) schema["deprecated"] = true;
    const bool has_default = !is_demanded(field.rules) && !field.rules.required;
    if (has_default && !is_fixed && !Described<Value>) schema["default"] = default_of(field);
    return schema;
  }

  template <class Owner, class Value>
  std::vector<std::string_view> take_words(const Field<Owner, Value>& field) {
    const auto found = words_.find(fmt::format("{}.{}", name_of<Owner>(), field.name));
    return found == words_.end() ? std::vector<std::string_view>{} : words_.extract(found).mapped();
  }

  template <class T>
  Json value_schema(const Rules& rules, const std::vector<std::string_view>& words) {
    if constexpr (IsOptional<T>::value) {
      return or_null(value_schema<typename T::value_type>(rules, words));
    } else if constexpr (IsVector<T>::value) {
      return list_by(rules, value_schema<typename T::value_type>(rules, words));
    } else if constexpr (IsArray<T>::value) {
      return list_of(std::tuple_size_v<T>, value_schema<typename T::value_type>(rules, words));
    } else if constexpr (IsVariant<T>::value) {
      return variant_schema(std::type_identity<T>{});
    } else if constexpr (Described<T>) {
      return definition<T>(false);
    } else {
      return leaf_schema(std::type_identity<T>{}, rules, words);
    }
  }

  template <class... Ts>
  Json variant_schema(std::type_identity<std::variant<Ts...>>) {
    return any_of(Json::array({definition<Ts>(true)...}));
  }

  template <Described T>
  Json definition(bool is_alternative) {
    const std::string name = name_of<T>();
    if (by_name_.emplace(name, nullptr).second) by_name_[name] = map_schema<T>(is_alternative);
    return Json::object({{"$ref", "#/$defs/" + name}});
  }

  template <class T>
  static Json leaf_schema(std::type_identity<T>, const Rules& rules,
                          const std::vector<std::string_view>& words) {
    if constexpr (Choice<T>) {
      std::vector<std::string_view> choices;
      for (const auto& choice : choices_of(std::type_identity<T>{}))
        choices.push_back(choice.first);
      return one_of(choices);
    } else if constexpr (std::is_same_v<T, std::string>) {
      return text(words);
    } else if constexpr (std::is_same_v<T, bool>) {
      return Json::object({{"type", "boolean"}});
    } else if constexpr (std::is_same_v<T, CountRange>) {
      return any_of(Json::array({whole_number<int>(rules), list_of(2, whole_number<int>(rules))}));
    } else if constexpr (std::is_same_v<T, Json>) {
      return Json::object({{"type", "object"}});
    } else if constexpr (std::is_same_v<T, double>) {
      return number(rules);
    } else {
      return whole_number<T>(rules);
    }
  }

  Demand demand_;
  WordLists words_;
  std::map<std::string, Json> by_name_;
};

template <class T>
Json required_keys(const Rules& rules);

template <Described T>
Json required_keys_of_map(bool is_alternative) {
  Json properties = Json::object();
  Json required = Json::array();
  for_each_field<T>([&](const auto& field) {
    using Value = std::remove_reference_t<decltype(std::declval<T&>().*field.member)>;
    Json inner = is_chosen_by(field, is_alternative) ? Json::object({{"const", default_of(field)}})
                                                     : required_keys<Value>(field.rules);
    if (!inner.empty()) properties[std::string(field.name)] = std::move(inner);
    if (field.rules.required) required.push_back(field.name);
  });
  Json schema = Json::object();
  if (!properties.empty()) schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

template <class... Ts>
Json required_keys_of_variant(std::type_identity<std::variant<Ts...>>) {
  return any_of(Json::array({required_keys_of_map<Ts>(true)...}));
}

// What Demand::kRequiredKeys says and Demand::kNone leaves out, and nothing else.
template <class T>
Json required_keys(const Rules& rules) {
  if constexpr (IsOptional<T>::value) {
    return required_keys<typename T::value_type>(rules);
  } else if constexpr (IsVector<T>::value) {
    const Json of_item = required_keys<typename T::value_type>(rules);
    if (of_item.empty()) return of_item;
    Json schema = rules.list_or_item ? of_item : Json::object();
    schema["items"] = of_item;
    return schema;
  } else if constexpr (IsVariant<T>::value) {
    return required_keys_of_variant(std::type_identity<T>{});
  } else if constexpr (Described<T>) {
    return required_keys_of_map<T>(false);
  } else {
    return Json::object();
  }
}

constexpr std::string_view kNotSaid =
    "Not said here, but checked by rtag validate: rules that tie several fields together, keys "
    "that stand twice, numbers beyond double precision.";

std::string document(std::string_view kind, std::string_view what, const Json& root,
                     Definitions& definitions) {
  Json schema = Json::object(
      {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
       {"$id", fmt::format("https://rtag.dev/schema/{}-{}.json", kind, kConfigVersion)},
       {"title", fmt::format("rtag {}, version {}", kind, kConfigVersion)},
       {"description", fmt::format("{} {}", what, kNotSaid)}});
  schema.update(root);
  schema["$defs"] = definitions.take();
  return to_pretty_json(schema);
}

WordLists words_of_configs() {
  return {{"GenConfig.version", {kConfigVersion}},
          {"TagsSubject.tag_families", marker_family_names()},
          {"BoardSubject.dictionary", marker_family_names()}};
}

}  // namespace

std::string json_schema_of_config(const std::vector<std::string_view>& preset_names) {
  WordLists words = words_of_configs();
  words["GenConfig.presets"] = preset_names;
  Definitions definitions(Demand::kNone, std::move(words));
  Json root = definitions.map_schema<GenConfig>();
  root["if"] = Json::object(
      {{"properties", {{"presets", {{"minItems", 1}}}}}, {"required", Json::array({"presets"})}});
  root["else"] = required_keys<GenConfig>({});
  return document("config", "What a user asks for.", root, definitions);
}

std::string json_schema_of_job() {
  WordLists words = words_of_configs();
  words["JobSpec.version"] = {kConfigVersion};
  Definitions definitions(Demand::kRequiredKeys, std::move(words));
  const Json root = definitions.map_schema<JobSpec>();
  return document("job", "A config made final: what rtag-orchestrate runs.", root, definitions);
}

std::string json_schema_of_recipe() {
  Definitions definitions(Demand::kEveryKey, {});
  const Json root = definitions.map_schema<SceneRecipe>();
  return document("recipe", "One scene with every random decision already taken.", root,
                  definitions);
}

}  // namespace rtag::schema
