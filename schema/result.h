// SPDX-License-Identifier: MIT
// Result<T>: the value, or what the world did instead (a file that is not there, a full disk, a
// reply that cannot be read). Shaped like std::expected, which g++ 12 lacks in C++20, so that it
// can be replaced by it. A Fault's message reads "subject: fact, consequence or remedy"; its kind
// decides the exit code (docs: README, "Exit codes").
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "schema/check.h"

namespace rtag::schema {

enum class FaultKind {
  kUsage,        // the command line is wrong: 64
  kInput,        // a job, config or asset is wrong, or a folder belongs to another job: 65
  kUnavailable,  // Blender or a needed device is not usable on this machine: 69
  kOutput,       // the output cannot be written: 74
  kIncomplete,   // work is missing; the same command with --resume goes on: 75
  kRejected,     // a message or raw frame cannot be used; its scene is tried again
};

struct Fault {
  FaultKind kind;
  std::string message;
};

struct Nothing {};  // The value of an operation that only succeeds or fails.

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Fault fault) : content_(std::in_place_index<1>, std::move(fault)) {}

  bool has_value() const { return content_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: has_value().
  T& operator*() & {
    RTAG_CHECK(has_value(), "a fault was used as a value");
    return *std::get_if<0>(&content_);
  }
  const T& operator*() const& {
    RTAG_CHECK(has_value(), "a fault was used as a value");
    return *std::get_if<0>(&content_);
  }
  T&& operator*() && {
    RTAG_CHECK(has_value(), "a fault was used as a value");
    return std::move(*std::get_if<0>(&content_));
  }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }

  // REQUIRES: !has_value().
  const Fault& error() const {
    RTAG_CHECK(!has_value(), "a value was used as a fault");
    return *std::get_if<1>(&content_);
  }

 private:
  std::variant<T, Fault> content_;
};

using Outcome = Result<Nothing>;

}  // namespace rtag::schema
