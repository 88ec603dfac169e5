# SPDX-License-Identifier: MIT
# What every target of this project shares: warnings, sanitizers, floating-point rules.

add_library(rtag_options INTERFACE)
target_include_directories(rtag_options INTERFACE ${PROJECT_SOURCE_DIR})
# No fused multiply-add: recipes are the same bytes on every processor.
target_compile_options(rtag_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Wswitch -ffp-contract=off)
# g++ 12 sees these two where they are not: std::string, std::optional and std::variant, when
# optimised.
target_compile_options(rtag_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
if(RTAG_WERROR)
  target_compile_options(rtag_options INTERFACE -Werror)
endif()

if(RTAG_SANITIZE STREQUAL "address")
  set(RTAG_SANITIZER_FLAGS -fsanitize=address,undefined -fno-sanitize-recover=undefined)
elseif(RTAG_SANITIZE STREQUAL "thread")
  set(RTAG_SANITIZER_FLAGS -fsanitize=thread)
elseif(RTAG_SANITIZE STREQUAL "fuzzer")
  set(RTAG_SANITIZER_FLAGS -fsanitize=fuzzer-no-link,address,undefined)
elseif(NOT RTAG_SANITIZE STREQUAL "")
  message(FATAL_ERROR "RTAG_SANITIZE: expected address, thread or fuzzer (found ${RTAG_SANITIZE})")
endif()
if(RTAG_SANITIZER_FLAGS)
  target_compile_options(rtag_options INTERFACE ${RTAG_SANITIZER_FLAGS} -fno-omit-frame-pointer)
  target_link_options(rtag_options INTERFACE ${RTAG_SANITIZER_FLAGS})
endif()

# rtag_add_library(<name> SOURCES a.cc... LIBS public...): one room, warnings and all.
function(rtag_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;PRIVATE_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC rtag_options ${ARG_LIBS} PRIVATE ${ARG_PRIVATE_LIBS})
endfunction()

# rtag_add_test(<name> SOURCES a_test.cc... LIBS rtag_x... [LABELS l...]): a Catch2 program,
# registered as <folder>/<name>. The runner's main() is compiled once (rtag_test_main).
function(rtag_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  get_filename_component(room ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  set(target ${room}_${name})
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE rtag_test_main rtag_options ${ARG_LIBS})
  add_test(NAME ${room}/${name} COMMAND ${target})
  if(ARG_LABELS)
    set_tests_properties(${room}/${name} PROPERTIES LABELS "${ARG_LABELS}")
  endif()
endfunction()
