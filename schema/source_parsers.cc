// SPDX-License-Identifier: MIT
#include "schema/source_parsers.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;
using Anchor = std::size_t;  // 0: none

SourceNode leaf(Kind kind, std::string text, bool quoted, int line) {
  SourceNode node;
  node.kind = kind;
  node.text = std::move(text);
  node.quoted = quoted;
  node.line = line;
  return node;
}

struct TreeSize {
  std::size_t values = 1;
  std::size_t depth = 0;  // of a scalar: 0
  void include(const TreeSize& child) {
    values += child.values;
    depth = std::max(depth, child.depth + 1);
  }
};

TreeSize size_of(const SourceNode& node) {
  TreeSize size;
  if (node.kind == Kind::kSequence || node.kind == Kind::kMap) size.depth = 1;
  for (const SourceNode& item : node.items) size.include(size_of(item));
  for (const SourceEntry& entry : node.entries) size.include(size_of(entry.value));
  return size;
}

// Builds the tree from either parser's events. In a map, values that arrive are key, value, key,
// ... Every function returns false when the document is refused; complaint() then says why.
class TreeBuilder {
 public:
  bool open(Kind kind, int line, Anchor anchor = 0) {
    if (levels_.size() >= kDeepestNesting) return too_deep(line);
    levels_.push_back({leaf(kind, {}, false, line), anchor, {}, true});
    return true;
  }

  bool close() {
    Level finished = std::move(levels_.back());
    levels_.pop_back();
    return add(std::move(finished.node), finished.anchor);
  }

  bool add(SourceNode node, Anchor anchor = 0) {
    if (node.text.find('\0') != std::string::npos) {
      return refuse(node.line, "holds a NUL character");
    }
    if (++values_ > kMostValues) return too_many(node.line);
    if (anchor != 0) {
      values_ += size_of(node).values;  // The anchor's copy takes as much memory.
      if (values_ > kMostValues) return too_many(node.line);
      anchors_[anchor] = node;
    }
    if (levels_.empty()) {
      root_ = std::move(node);
      return true;
    }
    return attach(levels_.back(), std::move(node));
  }

  bool add_alias(Anchor anchor, int line) {
    const auto original = anchors_.find(anchor);
    if (original == anchors_.end()) return refuse(line, "holds an alias inside its own anchor");
    const TreeSize size = size_of(original->second);
    values_ += size.values;
    if (values_ > kMostValues) return too_many(line);
    if (levels_.size() + size.depth > kDeepestNesting) return too_deep(line);
    return add(original->second);
  }

  bool refuse(int line, std::string message) {
    complaint_ = {"", line, std::move(message)};
    return false;
  }

  SourceNode take_root() { return std::move(root_); }
  const Problem& complaint() const { return complaint_; }

 private:
  struct Level {
    SourceNode node;
    Anchor anchor;
    SourceEntry entry;  // of a map: the key that waits for its value
    bool awaits_key;
  };

  bool attach(Level& parent, SourceNode node) {
    if (parent.node.kind == Kind::kSequence) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.awaits_key) {
      if (node.kind != Kind::kScalar) return refuse(node.line, "holds a key that is not a word");
      parent.entry = {std::move(node.text), node.line, {}};
      parent.awaits_key = false;
    } else {
      // yaml-cpp finds an empty value only at the next key.
      if (node.kind == Kind::kNull) node.line = parent.entry.line;
      parent.entry.value = std::move(node);
      parent.node.entries.push_back(std::move(parent.entry));
      parent.awaits_key = true;
    }
    return true;
  }

  bool too_deep(int line) {
    return refuse(line, fmt::format("is nested deeper than {} levels", kDeepestNesting));
  }

  bool too_many(int line) {
    return refuse(line, fmt::format("holds more than {} values", kMostValues));
  }

  std::vector<Level> levels_;
  std::map<Anchor, SourceNode> anchors_;
  SourceNode root_;
  std::size_t values_ = 0;
  Problem complaint_;
};

// Where a parser stands in the text.
struct ReadPosition {
  int line = 1;        // of the next character
  int token_line = 1;  // of the last character that is no white space
};

// Feeds nlohmann's parser, whose SAX events carry no position. When an event comes, the parser has
// read up to the end of the token, or one character further after a number; token_line is right in
// both cases, because the character after a number is white space or stands on the same line.
class CountingIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, ReadPosition* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (*at_ == '\n') ++position_->line;
    if (std::string_view(" \t\r\n").find(*at_) == std::string_view::npos) {
      position_->token_line = position_->line;
    }
    ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  ReadPosition* position_;
};

class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonEvents(const ReadPosition& position) : position_(position) {}

  bool null() override { return tree_.add(leaf(Kind::kNull, {}, false, line())); }
  bool boolean(bool value) override { return plain(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return plain(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return plain(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return plain(text); }
  bool string(string_t& text) override { return quoted(text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return tree_.open(Kind::kMap, line()); }
  bool key(string_t& text) override { return quoted(text); }
  bool end_object() override { return tree_.close(); }
  bool start_array(std::size_t) override { return tree_.open(Kind::kSequence, line()); }
  bool end_array() override { return tree_.close(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    return tree_.refuse(line(), "is not valid JSON: " + reason_of(error.what()));
  }

  TreeBuilder& tree() { return tree_; }

 private:
  // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error ..." keeps its
  // end.
  static std::string reason_of(const std::string& what) {
    const std::size_t column = what.find("column");
    const std::size_t colon = what.find(column == std::string::npos ? "] " : ": ",
                                        column == std::string::npos ? 0 : column);
    return colon == std::string::npos ? what : what.substr(colon + 2);
  }
  int line() const { return position_.token_line; }
  bool plain(std::string text) {
    return tree_.add(leaf(Kind::kScalar, std::move(text), false, line()));
  }
  bool quoted(std::string text) {
    return tree_.add(leaf(Kind::kScalar, std::move(text), true, line()));
  }

  const ReadPosition& position_;
  TreeBuilder tree_;
};

// yaml-cpp can only be stopped by an exception; this one never leaves parse_yaml().
struct Stop {};

// Whether the quoted text that starts at `begin` has its closing quote.
bool is_closed(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    const bool is_doubled = quote == '\'' && text.substr(i, 2) == "''";
    if (is_doubled || (quote == '"' && text[i] == '\\')) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

class YamlEvents : public YAML::EventHandler {
 public:
  explicit YamlEvents(std::string_view text) : text_(text) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    must(tree_.add(leaf(Kind::kNull, {}, false, line(mark)), anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    must(tree_.add_alias(anchor, line(mark)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    check_tag(mark, tag);
    const bool quoted = tag == "!";
    if (quoted) check_quotes(mark);
    const bool is_null = !quoted && (text == "null" || text == "~" || text.empty());
    must(tree_.add(leaf(is_null ? Kind::kNull : Kind::kScalar, text, quoted, line(mark)), anchor));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    must(tree_.open(Kind::kSequence, line(mark), anchor));
  }
  void OnSequenceEnd() override { must(tree_.close()); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    must(tree_.open(Kind::kMap, line(mark), anchor));
  }
  void OnMapEnd() override { must(tree_.close()); }

  TreeBuilder& tree() { return tree_; }

 private:
  static int line(const YAML::Mark& mark) { return mark.line + 1; }
  static void must(bool accepted) {
    if (!accepted) throw Stop{};
  }
  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    const bool implicit = tag == "?" || tag == "!" || tag.empty();
    if (!implicit) must(tree_.refuse(line(mark), fmt::format("holds the YAML tag {}", tag)));
  }

  // yaml-cpp reports "!" for quoted text and for the tag !, and takes a quoted text that is never
  // closed up to the end of the file, with all settings that follow.
  void check_quotes(const YAML::Mark& mark) {
    constexpr std::string_view kSpace = " \t\r\n";
    auto begin = static_cast<std::size_t>(mark.pos);
    if (begin < text_.size() && text_[begin] == '&') {
      begin = text_.find_first_not_of(kSpace, text_.find_first_of(kSpace, begin));
    }
    if (begin >= text_.size()) return;
    if (text_[begin] == '!') must(tree_.refuse(line(mark), "holds the YAML tag !"));
    const bool is_quote = text_[begin] == '"' || text_[begin] == '\'';
    if (is_quote && !is_closed(text_, begin)) {
      must(tree_.refuse(line(mark), "is not valid YAML: a quoted text has no closing quote"));
    }
  }

  std::string_view text_;
  TreeBuilder tree_;
};

// What yaml-cpp's words mean for the writer of a config.
constexpr std::pair<std::string_view, std::string_view> kPlainWords[] = {
    {"end of map not found", "a line that does not fit the map above it, check its indentation"},
    {"end of sequence not found",
     "a line that does not fit the list above it, check its indentation"},
    {"end of map flow not found", "a '{' without its '}'"},
    {"end of sequence flow not found", "a '[' without its ']'"},
    {"illegal flow end", "a ']' or '}' that closes nothing"},
    {"illegal map value",
     "a ': ' inside a value, check the indentation or put the value in quotes"},
    {"unknown token", "a value that must stand in quotes"},
};

// What is wrong, in plain words; yaml-cpp calls a tab before a key an illegal map value.
std::string reason_of(const YAML::Exception& error, std::string_view text) {
  for (int line = 0; line < error.mark.line; ++line) {
    text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  }
  const std::string_view indentation =
      text.substr(0, std::min(text.size(), text.find_first_not_of(" \t")));
  if (indentation.find('\t') != std::string_view::npos) {
    return "a tab in the indentation, write spaces";
  }
  for (const auto& [words, plain_words] : kPlainWords) {
    if (error.msg == words) return std::string(plain_words);
  }
  return error.msg;
}

// Ends the parse where a second document begins.
class NoFurtherDocument : public YamlEvents {
 public:
  explicit NoFurtherDocument(Problems& problems) : YamlEvents({}), problems_(problems) {}
  void OnDocumentStart(const YAML::Mark& mark) override {
    problems_.push_back({"", mark.line + 1, "holds more than one YAML document"});
    throw Stop{};
  }

 private:
  Problems& problems_;
};

// Tells `events` about the first document. Throws YAML::Exception or Stop.
void read_only_document(std::istringstream& stream, YamlEvents& events, Problems& problems) {
  YAML::Parser parser(stream);
  if (!parser.HandleNextDocument(events)) return;
  NoFurtherDocument rest(problems);
  parser.HandleNextDocument(rest);
}

}  // namespace

std::optional<SourceNode> parse_json(std::string_view text, Problems& problems) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    problems.push_back({"", 0, "is empty, expected JSON"});
    return std::nullopt;
  }
  ReadPosition position;
  JsonEvents events(position);
  const CountingIterator begin(text.data(), &position);
  const CountingIterator end(text.data() + text.size(), &position);
  if (!nlohmann::json::sax_parse(begin, end, &events)) {
    problems.push_back(events.tree().complaint());
    return std::nullopt;
  }
  return events.tree().take_root();
}

std::optional<SourceNode> parse_yaml(std::string_view text, Problems& problems) {
  const std::size_t problems_before = problems.size();
  YamlEvents events(text);
  try {
    std::istringstream stream{std::string(text)};
    read_only_document(stream, events, problems);
  } catch (const YAML::Exception& error) {
    problems.push_back({"", error.mark.line + 1, "is not valid YAML: " + reason_of(error, text)});
  } catch (const Stop&) {
    if (problems.size() == problems_before) problems.push_back(events.tree().complaint());
  }
  if (problems.size() > problems_before) return std::nullopt;
  return events.tree().take_root();
}

}  // namespace rtag::schema
