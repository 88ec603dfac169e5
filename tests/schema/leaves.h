// SPDX-License-Identifier: MIT
// Every leaf of a described struct with its path: a struct inside is entered, anything else (a
// number, a list, an optional section) is a leaf.
#pragma once

#include <string>
#include <type_traits>

#include "schema/fields.h"

namespace rtag::schema {

// visit(path, field, get): get(root) is the leaf inside any value of type Root.
template <class Root, class Owner, class Visitor, class GetOwner>
void for_each_leaf(const std::string& section, const GetOwner& owner_in, const Visitor& visit) {
  for_each_field<Owner>([&](const auto& field) {
    const std::string path = section + (section.empty() ? "" : ".") + std::string(field.name);
    const auto member = field.member;
    const auto leaf_in = [&owner_in, member ](Root & root) -> auto& {
      return owner_in(root).*member;
    };
    using Value = std::remove_reference_t<decltype(leaf_in(std::declval<Root&>()))>;
    if constexpr (Described<Value>) {
      for_each_leaf<Root, Value>(path, leaf_in, visit);
    } else {
      visit(path, field, leaf_in);
    }
  });
}

template <class Root, class Visitor>
void for_each_leaf(const Visitor& visit) {
  for_each_leaf<Root, Root>(
      "", [](Root& root) -> Root& { return root; }, visit);
}

}  // namespace rtag::schema
