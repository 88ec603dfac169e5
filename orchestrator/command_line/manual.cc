// SPDX-License-Identifier: MIT
#include "orchestrator/command_line/manual.h"

#include <fmt/format.h>

#include "orchestrator/version.h"

namespace rtag::orchestrator {
namespace {

// Text of a page: a hyphen is a minus that can be copied, a leading dot is no request.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += fmt::format("\\&{}", c);
    } else {
      out += c;
    }
  }
  return out;
}

// "DIR", or "N" of the type "INT:N".
std::string value_of(const CLI::Option& option) {
  if (!option.get_option_text().empty()) return option.get_option_text();
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  return colon == std::string::npos ? type : type.substr(colon + 1);
}

std::string name_of(const CLI::Option& option) {
  if (option.get_positional()) {
    const std::string text = option.get_option_text();
    return fmt::format("\\fI{}\\fR", roff(text.empty() ? option.get_name(true) : text));
  }
  std::string names;
  for (const std::string& name : option.get_snames()) {
    names += fmt::format("{}\\fB\\-{}\\fR", names.empty() ? "" : ", ", roff(name));
  }
  for (const std::string& name : option.get_lnames()) {
    names += fmt::format("{}\\fB\\-\\-{}\\fR", names.empty() ? "" : ", ", roff(name));
  }
  if (option.get_expected_max() == 0) return names;  // a flag
  return fmt::format("{} \\fI{}\\fR", names, roff(value_of(option)));
}

std::string synopsis(const CLI::App& command, const std::string& path) {
  std::string line = fmt::format(".B {}\n", roff(path));
  if (!command.get_subcommands({}).empty()) return line + ".I COMMAND\n[\\fIoptions\\fR]\n";
  line += "[\\fIoptions\\fR]\n";
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) line += name_of(*option) + "\n";
  }
  return line;
}

std::string options_of(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : command.get_options()) {
    text += fmt::format(".TP\n{}\n{}\n", name_of(*option), roff(option->get_description()));
  }
  return text;
}

// The commands beneath, each with its options if it has none beneath itself.
std::string commands_of(const CLI::App& app, const std::string& path, bool with_options) {
  std::string text;
  for (const CLI::App* command : app.get_subcommands({})) {
    const std::string name = path + " " + command->get_name();
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(name), roff(command->get_description()));
    if (with_options) {
      text += ".RS\n" + options_of(*command) + ".RE\n";
    }
  }
  return text;
}

}  // namespace

std::string manual_page(const CLI::App& app, const std::string& command_name) {
  const bool is_whole = command_name.empty() || command_name == "rtag";
  const CLI::App& command = is_whole ? app : *app.get_subcommand(command_name);
  const std::string title = is_whole ? "rtag" : "rtag-" + command_name;
  const std::string path = is_whole ? "rtag" : "rtag " + command_name;
  std::string page = fmt::format(
      ".TH {} 1 \"\" \"rtag {}\" \"rtag\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n{}", roff(title),
      kVersion, roff(title), roff(command.get_description()), synopsis(command, path));
  if (!command.get_subcommands({}).empty()) {
    page += ".SH COMMANDS\n" + commands_of(command, path, !is_whole);
  }
  page += ".SH OPTIONS\n" + options_of(command);
  page += ".SH EXIT STATUS\n" + roff(app.get_footer()) + "\n";
  page += ".SH SEE ALSO\n";
  if (!is_whole) return page + ".BR rtag (1)\n";
  std::string_view separator;
  for (const CLI::App* other : app.get_subcommands({})) {
    page += fmt::format("{}.BR {} (1)", separator, roff("rtag-" + other->get_name()));
    separator = ",\n";
  }
  return page + "\n";
}

}  // namespace rtag::orchestrator
