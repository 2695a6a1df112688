// The command line. A command is declared once, with its help and options; `evenkeel help`, completion, the man page and
// docs/reference are made from these tables. What words mean is
// decided in parse.cpp.
#pragma once
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "catalogue/print.hpp"

namespace evenkeel::cli {

struct Param {
  enum Kind { positional, positional_list, option, option_list, flag };
  std::string name;  // "repo" is --repo or, when positional, REPO
  std::string help;
  Kind kind = option;
  bool required = false;
  std::string fallback = {};              // default, shown in the help
  std::string env = {};                   // environment variable that gives a default
  std::vector<std::string> choices = {};  // of a closed set, for completion
  std::string value = {};                 // what its value is called in the help: "TIME"; empty: as the parameter
  bool unseen = false;                    // asked for on a terminal, without echo, when it is required and was not given
};
/// "--repo", or "REPO" when positional.
std::string name_of(const Param& p);

/// Where a value comes from; the later beats the earlier.
enum class Origin { fallback, stored, variable, flag };

/// What a command was called with, and where its answer goes.
class Args {
 public:
  bool json = false;
  bool colour = false;
  bool paged = true;  // what is longer than the terminal goes through a pager, unless --no-pager

  void set(const std::string& name, std::vector<std::string> texts, Origin origin) { given_[name] = {std::move(texts), origin}; }
  bool has(const std::string& name) const { return given_.contains(name) && !given_.at(name).texts.empty(); }
  std::string text(const std::string& name) const { return has(name) ? given_.at(name).texts.front() : std::string{}; }
  std::vector<std::string> list(const std::string& name) const { return has(name) ? given_.at(name).texts : std::vector<std::string>{}; }
  Origin origin(const std::string& name) const { return has(name) ? given_.at(name).origin : Origin::fallback; }
  bool flag(const std::string& name) const { return text(name) == "true"; }
  Result<std::int64_t> number(const std::string& name) const;

  /// To stdout, folded at words to the terminal's width. With --json a command prints exactly one document through `print_json` and
  /// nothing else.
  void print(std::string_view text) const;
  void print_json(const json::Value& value) const;
  /// Progress and remarks, to stderr; silent in a pipe unless the run fails.
  void progress(std::string_view text) const;

 private:
  struct Given {
    std::vector<std::string> texts;
    Origin origin;
  };
  std::map<std::string, Given> given_;
};

/// One command. `run` answers with the exit code: 0 pass/done, 1 fail/blocked, 2 usage, 3 unknown/no data, 4 waiting.
/// An Error is printed in one place (with all complaints and refusals) and mapped to its exit code.
struct Command {
  std::string path;  // "changelog show": nouns, then the verb
  std::string help;
  std::vector<Param> params;
  std::function<Result<int>(const Args&)> run;
  std::string details = {};  // longer help: examples, formats
};

/// Every command of the product, in the order of `evenkeel help`; gathered in commands.cpp, one function per file of this folder.
const std::vector<Command>& commands();

int run(int argc, char** argv);

/// The text of an error as a person reads it on a terminal.
std::string describe(const Error& error);
/// The same for a program: kind, message, field, complaints, refusals. With --json it goes to stderr instead.
json::Value error_document(const Error& error);
/// Contents of a file; "-" is stdin; ".gz" is unpacked. Error: invalid, naming the file and the reason.
Result<std::string> read_input(const std::string& path);
/// Writes through a temporary file beside it and renames, so that a crash leaves the old or the new file, never half of one.
Result<void> write_file(const std::string& path, std::string_view bytes);
using catalogue::table;

}  // namespace evenkeel::cli
