// SPDX-License-Identifier: MIT
#include "schema/check.h"

#include <array>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "schema/result.h"

namespace rtag::schema {
namespace {

struct Ending {
  int exit_code = -1;
  std::string standard_error;
};

// Runs `action` in a child process.
template <class Action>
Ending ending_of(const Action& action) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe(pipe_ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe_ends[1], STDERR_FILENO);
    action();
    ::_exit(0);
  }
  ::close(pipe_ends[1]);
  Ending ending;
  std::array<char, 4096> block;
  for (ssize_t size; (size = ::read(pipe_ends[0], block.data(), block.size())) > 0;) {
    ending.standard_error.append(block.data(), static_cast<std::size_t>(size));
  }
  ::close(pipe_ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) ending.exit_code = WEXITSTATUS(status);
  return ending;
}

}  // namespace

TEST_CASE("a broken check ends the program with code 70 and names place, condition and reason") {
  const Ending broken = ending_of([] { RTAG_CHECK(1 + 1 == 3, "arithmetic holds"); });
  CHECK(broken.exit_code == 70);
  CHECK(broken.standard_error.find("check_test.cc:") != std::string::npos);
  CHECK(
      broken.standard_error.ends_with(": 1 + 1 == 3: arithmetic holds [this is a bug in rtag]\n"));
  const Ending held = ending_of([] { RTAG_CHECK(1 + 1 == 2, "arithmetic holds"); });
  CHECK(held.exit_code == 0);
  CHECK(held.standard_error.empty());
}

TEST_CASE("a result holds a value or a fault, and using the wrong one is a bug") {
  Result<int> value = 5;
  CHECK(value.has_value());
  CHECK(*value == 5);
  const Result<int> fault = Fault{FaultKind::kOutput, "disk: full"};
  CHECK_FALSE(fault);
  CHECK(fault.error().kind == FaultKind::kOutput);
  CHECK(fault.error().message == "disk: full");
  CHECK(ending_of([&] { return *fault == 5; }).exit_code == 70);
  CHECK(ending_of([&] { return value.error().message.empty(); }).exit_code == 70);
}

}  // namespace rtag::schema
