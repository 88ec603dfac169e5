# SPDX-License-Identifier: MIT
"""Every rule of scripts/tidy finds its fault, and leaves what looks like it alone."""
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

TIDY = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "tidy"
LOADER = importlib.machinery.SourceFileLoader("tidy", str(TIDY))
tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader("tidy", LOADER))
LOADER.exec_module(tidy)

CPP = "// SPDX-License-Identifier: MIT\n"
HEADER = CPP + "#pragma once\n"
PYTHON = "# SPDX-License-Identifier: MIT\n"


def faults(path, text):
    return [f"{path}:{line}: {message}" for line, message in tidy.check(tidy.Source(path, text))]


class TidyTest(unittest.TestCase):
    def assert_fault(self, path, text, line, *words):
        found = faults(path, text)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{path}:{line}: "), found[0])
        for word in words:
            self.assertIn(word, found[0])

    def assert_clean(self, path, text):
        self.assertEqual(faults(path, text), [])


class Layers(TidyTest):
    def test_an_include_from_a_layer_above_is_a_fault(self):
        text = CPP + '#include "orchestrator/schedule.h"\n'
        self.assert_fault("schema/a.cc", text, 2, '"orchestrator/schedule.h"', "move")
        self.assert_fault("audit/a.cc", text, 2, "schema, compiler, dataset")

    def test_compiler_and_dataset_do_not_know_each_other(self):
        self.assert_fault("compiler/a.cc", CPP + '#include "dataset/journal.h"\n', 2, "not below")
        self.assert_fault("dataset/a.cc", CPP + '#include "compiler/seed.h"\n', 2, "not below")

    def test_products_do_not_include_tests(self):
        self.assert_fault("dataset/a.cc", CPP + '#include "tests/fakes/disk.h"\n', 2, "not below")

    def test_includes_from_layers_below_are_clean(self):
        text = CPP + '#include "schema/result.h"\n#include "audit/gates.h"\n'
        self.assert_clean("orchestrator/a.cc", text)
        self.assert_clean("tests/schema/a_test.cc", text)

    def test_project_headers_are_spelled_from_the_root(self):
        self.assert_fault("schema/a.cc", CPP + '#include "result.h"\n', 2, "from the root")
        self.assert_fault("schema/a.cc", CPP + '#include "../schema/a.h"\n', 2, "from the root")

    def test_only_the_orchestrator_includes_its_libraries(self):
        for library in ("zmq.hpp", "zmq.h", "boost/process.hpp", "boost/process/child.hpp",
                        "spdlog/spdlog.h"):
            text = CPP + f"#include <{library}>\n"
            self.assert_fault("dataset/a.cc", text, 2, library, "outside orchestrator/")
            self.assert_clean("orchestrator/a.cc", text)

    def test_the_schedule_is_pure(self):
        for library in ("chrono", "filesystem", "zmq.hpp", "boost/process.hpp", "thread"):
            text = CPP + f"#include <{library}>\n"
            self.assert_fault("orchestrator/schedule.cc", text, 2, library, "pure Schedule")
        self.assert_clean("orchestrator/schedule.cc", CPP + "#include <variant>\n")
        self.assert_clean("orchestrator/fleet.cc", CPP + "#include <chrono>\n")

    def test_the_compiler_has_no_clock_no_chance_and_no_hash_map(self):
        for library in ("chrono", "random", "unordered_map", "ctime"):
            self.assert_fault("compiler/a.cc", CPP + f"#include <{library}>\n", 2, library)
        for code in ("std::unordered_map<int, int> m;", "int x = std::rand();",
                     "std::normal_distribution<> d;", "auto t = steady_clock::now();",
                     "cv::RNG generator;"):
            self.assert_fault("compiler/a.cc", CPP + code + "\n", 2, "in compiler/")
            self.assert_clean("dataset/a.cc", CPP + code + "\n")

    def test_comments_and_strings_are_not_code(self):
        self.assert_clean("compiler/a.cc", CPP + "// not an unordered_map\n/* rand()\n rand() */\n"
                          + 'auto s = "rand()";\nauto r = R"(rand() " rand())";\n')

    def test_a_digit_separator_does_not_open_a_character(self):
        text = CPP + "int a = 1'000;\nint b = rand();  // it's\n"
        self.assert_fault("compiler/a.cc", text, 3, "rand")

    def test_only_the_scene_building_modules_import_bpy(self):
        text = PYTHON + "import bpy\n"
        self.assert_fault("worker_shim/channel.py", text, 2, "bpy")
        self.assert_fault("scripts/assets.py", PYTHON + "from mathutils import Matrix\n", 2,
                          "mathutils")
        self.assert_clean("worker_shim/render.py", text)

    def test_the_environment_is_read_in_main_only(self):
        text = CPP + 'auto home = std::getenv("HOME");\n'
        self.assert_fault("orchestrator/shard.cc", text, 2, "getenv", "argument")
        self.assert_clean("orchestrator/main.cc", text)


class Tests(TidyTest):
    def test_tests_do_not_sleep(self):
        for code in ("std::this_thread::sleep_for(1s);", "usleep(10);", "sleep (1);"):
            self.assert_fault("tests/a_test.cc", CPP + code + "\n", 2, "in a test")
        self.assert_fault("tests/a_test.py", PYTHON + "time.sleep(1)\n", 2, "in a test")
        self.assert_clean("tests/a_test.cc", CPP + 'auto name = "sleep(1)";\n')
        self.assert_clean("orchestrator/a.cc", CPP + "usleep(10);\n")

    def test_tests_are_not_hidden(self):
        for tag in ("[.]", "[.slow]", "[!hide]", "[!mayfail]"):
            text = CPP + f'TEST_CASE("a", "{tag}") {{}}\n'
            self.assert_fault("tests/a_test.cc", text, 2, "hides a test")
        self.assert_fault("tests/a_test.py", PYTHON + "raise_(self.skip" + "Test('x'))\n", 2,
                          "hides a test")
        self.assert_clean("tests/a_test.cc", CPP + 'TEST_CASE("a scene is skipped", "[a]") {}\n')


class Text(TidyTest):
    def test_the_licence_line_comes_first_or_after_the_interpreter(self):
        self.assert_fault("schema/a.cc", "int a;\n", 1, "licence")
        self.assert_fault("scripts/a", "#!/bin/sh\nexit 0\n", 2, "licence")
        self.assert_fault("schema/CMakeLists.txt", "project(x)\n", 1, "licence")
        self.assert_clean("scripts/a", "#!/bin/sh\n" + PYTHON)
        self.assert_clean("docs/a.md", "# A\n")

    def test_a_header_needs_pragma_once(self):
        self.assert_fault("schema/a.h", CPP, 1, "#pragma once")

    def test_lines_are_counted_in_characters(self):
        line = "// " + "é" * 97
        self.assert_clean("schema/a.cc", CPP + line + "\n")
        self.assert_fault("schema/a.cc", CPP + line + "é\n", 2, "101 characters")
        self.assert_clean("docs/a.md", "long " * 50 + "line\n")

    def test_white_space_at_the_end_is_a_fault_everywhere(self):
        self.assert_fault("docs/a.md", "a \n", 1, "trailing white space")
        self.assert_fault("docs/a.md", "a\r\n", 1, "trailing white space")
        self.assert_fault("docs/a.md", "a\nb", 2, "line feed")

    def test_files_and_headers_have_a_greatest_length(self):
        self.assert_clean("schema/a.cc", CPP + "int a;\n" * 499)
        self.assert_fault("schema/a.cc", CPP + "int a;\n" * 500, 501, "501 lines")
        self.assert_fault("schema/a.h", HEADER + "int a;\n" * 249, 251, "251 lines")

    def test_a_table_of_data_may_be_long(self):
        self.assert_clean("schema/a.cc", CPP + "// tidy: a table of data\n" + "int a;\n" * 600)

    def test_leftovers_are_faults_in_every_text(self):
        for word in ("TO" + "DO", "FIX" + "ME", "X" + "XX"):
            self.assert_fault("docs/a.md", f"{word}: mend\n", 1, word)
        self.assert_clean("schema/a.cc", CPP + 'auto name = "scratch-XXXXXX";\n')

    def test_folders_of_one_machine_are_faults(self):
        for folder in ("root", "work", "home"):
            self.assert_fault("docs/a.md", f"see /{folder}/me/x\n", 1, "one machine")
        self.assert_clean("docs/a.md", "see build/work/x\n")

    def test_broken_python_is_a_fault_and_not_the_end(self):
        self.assert_fault("scripts/a.py", PYTHON + "def f(:\n", 2, "not valid Python")


def body(lines):
    return "  x();\n" * lines + "}\n"


class Functions(TidyTest):
    def lengths(self, text, path="schema/a.cc"):
        return [(name, last - first + 1)
                for name, first, last in tidy.functions_of(tidy.Source(path, text))]

    def test_a_function_of_sixty_lines_is_the_longest(self):
        self.assert_clean("schema/a.cc", CPP + "void f() {\n" + body(58))
        self.assert_fault("schema/a.cc", CPP + "void f() {\n" + body(59), 2, "f has 61 lines")
        self.assert_fault("tests/a_test.py", PYTHON + "def f():\n" + "    x()\n" * 60, 2, "61")

    def test_a_class_is_not_a_function_but_its_members_are(self):
        text = ("class A final : public B<int> {\n public:\n  int f() const {\n    return 1;\n"
                "  }\n};\n")
        self.assertEqual(self.lengths(text), [("f", 3)])

    def test_namespaces_enums_and_tables_are_not_functions(self):
        self.assertEqual(self.lengths("namespace a::b {\nenum class E : int { kOne };\n"
                                      "constexpr int kTable[] = {\n1,\n2};\nint x{3};\n}\n"), [])

    def test_templates_trailing_returns_and_operators_are_functions(self):
        text = ("template <class T, class = std::enable_if_t<true>>\nauto f(T t) -> std::vector<T>"
                " {\n}\nbool operator()(int a) const noexcept {\n}\n")
        self.assertEqual([length for _, length in self.lengths(text)], [3, 2])

    def test_an_initializer_list_belongs_to_its_constructor(self):
        text = "Foo::Foo(int x)\n    : a_{x},\n      b_(2) {\n  run();\n}\nvoid g() {\n}\n"
        self.assertEqual(self.lengths(text), [("Foo::Foo", 5), ("g", 2)])

    def test_a_lambda_is_part_of_its_function(self):
        text = "void f() {\n  auto g = [](int a) {\n    return a;\n  };\n  if (g(1)) {\n  }\n}\n"
        self.assertEqual(self.lengths(text), [("f", 7)])

    def test_a_test_case_is_a_function(self):
        text = 'TEST_CASE("a { b") {\n  int x = 1;\n}\n'
        self.assertEqual(self.lengths(text), [("TEST_CASE", 3)])

    def test_macros_are_left_out(self):
        self.assertEqual(self.lengths("#define F(x) \\\n  void x() { \\\n\nint f() {\n}\n"),
                         [("f", 2)])


class Names(TidyTest):
    def test_words_that_say_nothing_are_faults_in_names(self):
        for name in ("SceneManager", "EventHandler", "Helper", "MathUtils", "ShapeBase", "RunData"):
            self.assert_fault("schema/a.cc", CPP + f"class {name} {{\n}};\n", 2, name)
        self.assert_fault("scripts/a.py", PYTHON + "class DataReader:\n    x = 1\n", 2, "Data")
        self.assert_fault("schema/a.cc", CPP + "namespace rtag::utils {\n}\n", 2, "utils")

    def test_words_that_only_contain_them_are_clean(self):
        for name in ("Dataset", "Database", "Baseline", "Metadata", "DatasetReader", "Handle"):
            self.assert_clean("schema/a.cc", CPP + f"struct {name} {{\n}};\n")

    def test_file_names_count_too(self):
        self.assert_fault("tests/test_helpers.h", HEADER, 1, "helpers")
        self.assert_clean("dataset/dataset_reader.h", HEADER)


class WholeTree(unittest.TestCase):
    def run_tidy(self, files, *options):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                target = pathlib.Path(folder, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            return subprocess.run([sys.executable, "-B", TIDY, "--root", folder, *options],
                                  capture_output=True, text=True)

    def test_a_clean_tree_gives_zero(self):
        result = self.run_tidy({"schema/a.cc": CPP + "int f() { return 1; }\n"})
        self.assertEqual((result.returncode, result.stdout), (
            0, "tidy: 1 files, 1 functions outside tests (median 1 lines), 0 faults\n"))

    def test_faults_are_sorted_and_give_one(self):
        result = self.run_tidy({"schema/b.cc": "int b;\n", "schema/a.cc": "int a;\n"})
        lines = result.stdout.splitlines()
        self.assertEqual(result.returncode, 1)
        self.assertEqual([line.split(": ")[0] for line in lines[:2]],
                         ["schema/a.cc:1", "schema/b.cc:1"])
        self.assertIn("2 faults", lines[2])

    def test_wrong_format_is_a_fault_that_names_the_command(self):
        result = self.run_tidy({"schema/a.cc": CPP + "int   a;\n"})
        self.assertIn("schema/a.cc:2: not formatted, run clang-format-14 -i schema/a.cc\n",
                      result.stdout)
        self.assertEqual(self.run_tidy({"schema/a.cc": CPP + "int   a;\n"},
                                       "--no-format").returncode, 0)

    def test_builds_golden_files_and_images_are_left_out(self):
        result = self.run_tidy({"build/a.cc": "x", "tests/golden/a.csv": "a \r\n"})
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == "__main__":
    unittest.main()
