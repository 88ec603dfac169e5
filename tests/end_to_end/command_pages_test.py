# SPDX-License-Identifier: MIT
"""What rtag prints about itself, read by the programs that it is meant for: --help, manual pages by
groff, completion by bash, zsh and fish."""
import functools
import pathlib
import re
import subprocess
import tempfile
import unittest

import live_run

# One space between an option and its value, more before what it does.
OPTION_LINE = re.compile(r"^  (-\S+)(?: (?!Excludes)(\S+))?", re.MULTILINE)


@functools.cache
def help_of(*path):
    return live_run.rtag(*path, "--help")


def commands_below(path=()):
    """("run",), ..., ("preset",), ("preset", "list"), ...: as --help tells them."""
    _, _, listing = help_of(*path).stdout.partition("Subcommands:\n")
    names = re.findall(r"^  (\S+)", listing.split("\n\n")[0], re.MULTILINE)
    for name in names:
        yield (*path, name)
        yield from commands_below((*path, name))


def options_of(path):
    """("-D,--override", "PATH=VALUE"), ("--dry-run", ""), ..."""
    for names, value in OPTION_LINE.findall(help_of(*path).stdout):
        yield names, re.sub("^(TEXT|U?INT|FLOAT):", "", value)


def formatted(page):
    """A manual page as text without line breaks, and what groff has to say about it."""
    result = subprocess.run(["groff", "-man", "-Tascii", "-P-cbu", "-ww", "-rLL=500n", "-rHY=0"],
                            input=page, capture_output=True, text=True, check=True)
    return result.stdout, result.stderr


class Help(unittest.TestCase):
    def test_every_command_has_help_with_its_own_usage(self):
        for path in [(), *commands_below()]:
            with self.subTest(path):
                result = help_of(*path)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn(f"Usage: {' '.join(('rtag', *path))} ", result.stdout)

    def test_the_commands_are_these(self):
        self.assertEqual([" ".join(path) for path in commands_below()], [
            "run", "init", "validate", "lock", "compile", "preview", "preset", "preset list",
            "preset show", "preset resolve", "experiment", "experiment list", "experiment lock",
            "migrate", "schema", "merge", "contact-sheet", "completion", "man"])

    def test_the_exit_codes_stand_below_the_help_of_the_program(self):
        self.assertIn("\nExit codes: 0 all done; 1 ", help_of().stdout)


class ManualPages(unittest.TestCase):
    def test_every_page_is_formatted_without_a_warning_and_names_every_option(self):
        for path in [("rtag",), *(path for path in commands_below() if len(path) == 1)]:
            with self.subTest(path):
                page = live_run.rtag("man", *path)
                self.assertEqual((page.returncode, page.stderr), (0, ""))
                text, warnings = formatted(page.stdout)
                self.assertEqual(warnings, "")
                self.check_sections(text, path)
                described = [()] if path == ("rtag",) else [path, *commands_below(path)]
                for command in described:
                    self.check_options(text, command)

    def check_sections(self, text, path):
        name = "-".join(dict.fromkeys(("rtag", *path)))
        self.assertRegex(text, rf"\A{name}\(1\) ")
        for section in ("NAME", "SYNOPSIS", "OPTIONS", "EXIT STATUS", "SEE ALSO"):
            self.assertIn(f"\n{section}\n", text)

    def check_options(self, text, command):
        for names, value in options_of(command):
            self.assertIn(f" {names.replace(',', ', ')} {value}".rstrip(), text)

    def test_a_page_without_a_name_is_that_of_the_program(self):
        self.assertEqual(live_run.rtag("man").stdout, live_run.rtag("man", "rtag").stdout)


class Completion(unittest.TestCase):
    EXPECTED = {  # the last word is the one to complete
        "rtag ru": ["run"],
        "rtag pre": ["preset", "preview"],
        "rtag preset ": ["--help", "-h", "list", "resolve", "show"],
        "rtag preset sh": ["show"],
        "rtag preset show --h": ["--help"],
        "rtag experiment lock --out": ["--output"],
        "rtag run --pro": ["--progress"],
        "rtag run --progress ": ["auto", "bar", "json", "none", "plain"],
        "rtag run job.json --renderer-mode e": ["eevee"],
        "rtag compile --format json": ["json", "jsonl"],
        "rtag init --subject ": ["aprilgrid", "charuco", "tags"],
        "rtag schema r": ["recipe"],
        "rtag completion z": ["zsh"],
        "rtag man contact": ["contact-sheet"],
        "/usr/bin/rtag ru": ["run"],
        "rtag-orchestrate --mer": ["--merge"],
        "rtag-orchestrate --merge n": ["never"],
        "rtag validate my": ["my config.yaml"],
        "rtag run --output my": ["my config.yaml"],
    }

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        (cls.folder / "my config.yaml").touch()
        for shell in ("bash", "zsh", "fish"):
            printed = live_run.rtag("completion", shell)
            assert (printed.returncode, printed.stderr) == (0, ""), printed.stderr
            (cls.folder / shell).write_text(printed.stdout)

    def shell(self, *command):
        result = subprocess.run(command, cwd=self.folder, capture_output=True, text=True,
                                env=live_run.clean_environment(HOME=str(self.folder)), check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""), command)
        return sorted(result.stdout.splitlines())

    def test_bash_completes_commands_options_words_and_files(self):
        script = ('source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rtag; '
                  '[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\\n" "${COMPREPLY[@]}"')
        for line, expected in self.EXPECTED.items():
            with self.subTest(line):
                self.assertEqual(self.shell("bash", "-c", script, "bash", *line.split(" ")),
                                 expected)

    def test_bash_completes_every_command_and_option_of_the_help(self):
        script = 'source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rtag; ' \
                 'printf "%s\\n" "${COMPREPLY[@]}"'
        for path in [(), *commands_below()]:
            with self.subTest(path):
                offered = self.shell("bash", "-c", script, "bash", "rtag", *path, "")
                expected = {name for names, _ in options_of(path) for name in names.split(",")}
                self.assertLessEqual(expected, set(offered))

    def test_zsh_reads_the_script_and_knows_the_completion(self):
        self.shell("zsh", "-f", "-n", "./zsh")
        self.assertEqual(self.shell("zsh", "-f", "-c", "autoload -U compinit; compinit -D -u; "
                                    'source ./zsh; print "${_comps[rtag]}"'),
                         ["_bash_complete -F _rtag"])

    def test_fish_completes_commands_options_and_words(self):
        self.shell("fish", "--no-config", "--no-execute", "./fish")
        for line, expected in {
                "rtag ru": ["run"], "rtag pre": ["preset", "preview"], "rtag preset sh": ["show"],
                "rtag run --pro": ["--progress"], "rtag run --renderer-mode e": ["eevee"],
                "rtag schema r": ["recipe"], "rtag man contact": ["contact-sheet"],
                "rtag experiment lock --out": ["--output"],
                "rtag-orchestrate --mer": ["--merge"]}.items():
            with self.subTest(line):
                offered = self.shell("fish", "--no-config", "-c",
                                     f"source ./fish; complete -C '{line}'")
                self.assertEqual([word.split("\t")[0] for word in offered], expected)


if __name__ == "__main__":
    unittest.main()
