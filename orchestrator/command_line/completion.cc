// SPDX-License-Identifier: MIT
#include "orchestrator/command_line/completion.h"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

// One command as a shell needs it: the words that lead to it, and what may follow.
struct Completed {
  std::string path;                // "preset show"; empty for the program itself
  std::vector<std::string> words;  // commands, options, words of a positional
  std::vector<const CLI::Option*> options;
  std::string does;
};

// The words that an option takes, where its type names them: "bar|plain|none".
std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  const std::string listing = colon == std::string::npos ? type : type.substr(colon + 1);
  if (listing.find('|') == std::string::npos) return {};
  return CLI::detail::split(listing, '|');
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  return names;
}

void add_commands(const CLI::App& app, const std::string& path, std::vector<Completed>& all) {
  Completed completed{path, {}, {}, app.get_description()};
  for (const CLI::App* command : app.get_subcommands({})) {
    completed.words.push_back(command->get_name());
  }
  for (const CLI::Option* option : app.get_options()) {
    completed.options.push_back(option);
    const auto names = option->get_positional() ? words_of(*option) : names_of(*option);
    completed.words.insert(completed.words.end(), names.begin(), names.end());
  }
  all.push_back(completed);
  for (const CLI::App* command : app.get_subcommands({})) {
    add_commands(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
                 all);
  }
}

std::vector<Completed> all_commands(const CLI::App& app) {
  std::vector<Completed> all;
  add_commands(app, "", all);
  return all;
}

// The commands on the line choose the words; the words of an option's value come first.
constexpr std::string_view kBashScript =
    R"bash(# bash completion of rtag: eval "$(rtag completion bash)"
_rtag() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local path='' words='' word
  [ "${COMP_WORDS[0]##*/}" = rtag-orchestrate ] && path=run
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path${path:+ }$word" in
@STEPS@    esac
  done
  case "$path $previous" in
@VALUES@    *) case "$path" in
@WORDS@    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ ${#COMPREPLY[@]} -eq 0 ]; then
    compopt -o filenames 2>/dev/null
    local IFS=$'\n'
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -F _rtag rtag rtag-orchestrate
)bash";

std::string filled_in(std::string text, std::string_view mark, const std::string& value) {
  return text.replace(text.find(mark), mark.size(), value);
}

std::string bash_script(const std::vector<Completed>& commands) {
  std::string steps;
  std::string words;
  std::string values;
  for (const Completed& command : commands) {
    if (!command.path.empty()) {
      steps += fmt::format("      '{0}') path='{0}' ;;\n", command.path);
    }
    words +=
        fmt::format("      '{}') words='{}' ;;\n", command.path, fmt::join(command.words, " "));
    for (const CLI::Option* option : command.options) {
      const auto choices = words_of(*option);
      if (choices.empty() || option->get_positional()) continue;
      values += fmt::format("    '{} {}') words='{}' ;;\n", command.path, names_of(*option).front(),
                            fmt::join(choices, " "));
    }
  }
  std::string script = filled_in(std::string(kBashScript), "@STEPS@", steps);
  return filled_in(filled_in(std::move(script), "@VALUES@", values), "@WORDS@", words);
}

std::string fish_condition(const std::string& path) {
  if (path.empty()) return "__fish_use_subcommand";
  std::string condition;
  for (const std::string& word : CLI::detail::split(path, ' ')) {
    condition +=
        fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ", word);
  }
  return condition;
}

std::string fish_quoted(std::string text) {
  for (std::size_t i = 0; (i = text.find('\'', i)) != std::string::npos; i += 2) {
    text.insert(i, "\\");
  }
  return text;
}

std::string fish_script(const std::vector<Completed>& commands) {
  std::string script =
      "# fish completion of rtag: rtag completion fish | source\n"
      "complete -c rtag-orchestrate --wraps 'rtag run'\n";
  for (const Completed& command : commands) {
    const std::size_t last_space = command.path.rfind(' ');
    const bool is_nested = last_space != std::string::npos;
    const std::string parent = is_nested ? command.path.substr(0, last_space) : "";
    const std::string name = is_nested ? command.path.substr(last_space + 1) : command.path;
    if (!name.empty()) {
      script += fmt::format("complete -c rtag -f -n '{}' -a {} -d '{}'\n", fish_condition(parent),
                            name, fish_quoted(command.does));
    }
    for (const CLI::Option* option : command.options) {
      const auto choices = words_of(*option);
      if (option->get_positional() && choices.empty()) continue;
      script += fmt::format("complete -c rtag -n '{}'", fish_condition(command.path));
      for (const std::string& long_name : option->get_lnames()) script += " -l " + long_name;
      for (const std::string& short_name : option->get_snames()) script += " -s " + short_name;
      if (!choices.empty()) script += fmt::format(" -x -a '{}'", fmt::join(choices, " "));
      script += fmt::format(" -d '{}'\n", fish_quoted(option->get_description()));
    }
  }
  return script;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  const auto commands = all_commands(app);
  if (shell == "fish") return fish_script(commands);
  if (shell == "bash") return bash_script(commands);
  // zsh reads bash's.
  return "# zsh completion of rtag: eval \"$(rtag completion zsh)\"\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script(commands);
}

}  // namespace rtag::orchestrator
