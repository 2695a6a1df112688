#include "cli/cli.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>

#include "app/version.hpp"
#include "base/log.hpp"
#include "cli/renderings.hpp"
#include "cli/visible.hpp"

namespace evenkeel::cli {
namespace {

/// The CLI11 tree of all commands; `chosen` and `args` are filled when parsing succeeds.
struct Tree {
  CLI::App app{"evenkeel: release management, from plan to retrospective", "evenkeel"};
  const Command* chosen = nullptr;
  Args args;
  std::vector<std::pair<const Command*, CLI::App*>> leaves;
};

void add_params(Tree& tree, CLI::App& leaf, const Command& command) {
  for (const auto& p : command.params) {
    std::string flag = "--" + p.name;
    CLI::Option* option = nullptr;
    const auto store = [&tree, name = p.name](const CLI::results_t& r) {
      tree.args.values[name] = r;
      return true;
    };
    switch (p.kind) {
      case Param::flag:
        option = leaf.add_flag_callback(flag, [&tree, name = p.name] { tree.args.values[name] = {"true"}; }, p.help);
        break;
      case Param::positional:
        option = leaf.add_option(p.name, store, p.help)->type_size(1)->expected(1);
        break;
      case Param::positional_list:
        option = leaf.add_option(p.name, store, p.help)->type_size(1)->expected(1, 1 << 20)->allow_extra_args();
        break;
      case Param::option:
        if (p.name == "output") flag = "-o," + flag;
        // One thing, two words that people use.
        if (p.name == "reason") flag += ",--because";
        if (p.name == "because") flag += ",--reason";
        option = leaf.add_option(flag, store, p.help)->type_size(1)->expected(1);
        break;
      case Param::option_list:
        option = leaf.add_option(flag, store, p.help + " (may be repeated)")->type_size(1)->expected(1, 1 << 20)->allow_extra_args(false);
        break;
    }
    if (p.required) option->required();
    if (!p.env.empty()) option->envname(p.env);
    if (!p.fallback.empty()) option->default_str(p.fallback);
  }
  leaf.add_flag_callback("--json", [&tree] { tree.args.json = true; }, "Print one JSON document to stdout; messages go to stderr");
}

void build(Tree& tree) {
  tree.app.require_subcommand(0, 1);
  tree.app.set_version_flag("--version", std::string("evenkeel ") + app::version);
  std::map<std::string, CLI::App*> groups;
  for (const auto& command : commands()) {
    CLI::App* parent = &tree.app;
    std::string rest = command.path;
    std::string prefix;
    for (std::size_t at; (at = rest.find(' ')) != std::string::npos;) {
      prefix += (prefix.empty() ? "" : " ") + rest.substr(0, at);
      if (!groups.contains(prefix)) {
        groups[prefix] = parent->add_subcommand(rest.substr(0, at), "");
        groups[prefix]->require_subcommand(1);
      }
      parent = groups[prefix];
      rest.erase(0, at + 1);
    }
    auto* leaf = parent->add_subcommand(rest, command.help);
    if (!command.details.empty()) leaf->footer("\n" + command.details);
    if (command.help.starts_with("(internal)")) leaf->group("");  // callable, not shown
    for (const auto& p : command.params)
      if (!p.fallback.empty()) tree.args.values[p.name];  // so that has() is defined; real defaults are filled in run()
    add_params(tree, *leaf, command);
    leaf->callback([&tree, &command] { tree.chosen = &command; });
    tree.leaves.emplace_back(&command, leaf);
  }
  for (auto& [prefix, group] : groups) {
    std::string verbs;
    for (const auto* sub : group->get_subcommands({})) verbs += (verbs.empty() ? "" : ", ") + sub->get_name();
    group->description(verbs);
  }
}

/// The arguments with a '--' before the texts of a command that takes a list of them, so that a text like "-alpha" is judged as a
/// text and not taken for an option. Words with two dashes stay options, and a slip in one stays an error.
std::vector<std::string> mark_texts(std::vector<std::string> words) {
  const Command* command = nullptr;
  std::size_t path_words = 0;
  for (const auto& c : commands()) {
    const auto n = std::size_t(std::count(c.path.begin(), c.path.end(), ' ')) + 1;
    std::string start;
    for (std::size_t i = 0; i < n && i < words.size(); ++i) start += (i ? " " : "") + words[i];
    if (start == c.path && std::any_of(c.params.begin(), c.params.end(), [](const Param& p) { return p.kind == Param::positional_list; }))
      command = &c, path_words = n;
  }
  if (!command || std::find(words.begin(), words.end(), "--") != words.end()) return words;
  const auto takes_value = [&](const std::string& word) {
    return std::any_of(command->params.begin(), command->params.end(),
                       [&](const Param& p) { return (p.kind == Param::option || p.kind == Param::option_list) && word == "--" + p.name; });
  };
  std::vector<std::string> marked(words.begin(), words.begin() + std::ptrdiff_t(path_words)), texts = { "--" };
  for (std::size_t i = path_words; i < words.size(); ++i) {
    const bool option = words[i].starts_with("--") || words[i] == "-h";
    (option ? marked : texts).push_back(words[i]);
    if (takes_value(words[i]) && i + 1 < words.size()) marked.push_back(words[++i]);
  }
  if (texts.size() > 1) marked.insert(marked.end(), texts.begin(), texts.end());
  return marked;
}

/// How far words made sense, and what is said of the first that is no command or option.
struct Understood {
  const CLI::App* at = nullptr;
  std::string path = "evenkeel", problem = {};
};
Understood understand(const Tree& tree, const std::vector<std::string>& words) {
  const auto hint = [](const std::string& what, const std::string& word, const std::vector<std::string>& known, const std::string& path) {
    const auto near = json::nearest(word, known);
    return fmt::format("evenkeel: '{}' is not {} of {}{} `{} --help` lists them\n", word, what, path,
                       near.empty() ? ";" : fmt::format("; did you mean '{}'?", near), path);
  };
  Understood out{&tree.app};
  auto& [at, path, problem] = out;
  for (const auto& word : words) {
    std::vector<std::string> known;
    const CLI::App* next = nullptr;
    for (const auto* sub : at->get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(sub->get_name());
      if (sub->get_name() == word) next = sub;
    }
    if (next) {
      at = next;
      path += " " + word;
    } else if (!known.empty() && !word.starts_with('-')) {
      problem = hint("a command", word, known, path);
      return out;
    } else if (word.starts_with("--")) {
      const auto name = word.substr(0, word.find('='));
      for (const auto* option : at->get_options()) known.push_back("--" + option->get_single_name());
      if (name.size() > 2 && std::find(known.begin(), known.end(), name) == known.end()) {
        problem = hint("an option", name, known, path);
        return out;
      }
    }
  }
  return out;
}

/// What to say when the words are not understood: how far they made sense, what is wrong, the nearest known word.
std::string usage_error(const Tree& tree, const std::vector<std::string>& words, const std::string& parse_error) {
  const auto [at, path, problem] = understand(tree, words);
  if (!problem.empty()) return problem;
  std::string verbs;
  for (const auto* sub : at->get_subcommands([](const CLI::App*) { return true; })) verbs += (verbs.empty() ? "" : ", ") + sub->get_name();
  if (!verbs.empty()) return fmt::format("evenkeel: {} needs one of: {}\n", path, verbs);
  return fmt::format("evenkeel: {}; `{} --help` says more\n", parse_error, path);
}

int guard(const std::function<int()>& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) { std::fputs("evenkeel: out of memory\n", stderr); } catch (const std::exception& e) {
    fmt::print(stderr, "evenkeel: {}\n", visible(e.what()));
  }
  return 3;
}

}  // namespace

Result<std::int64_t> Args::number(const std::string& name) const {
  const auto t = text(name);
  std::int64_t n = 0;
  const auto [end, ec] = std::from_chars(t.data(), t.data() + t.size(), n);
  if (ec != std::errc{} || end != t.data() + t.size()) return invalid(fmt::format("--{}: '{}' is not a whole number", name, t), name);
  return n;
}

void Args::print(std::string_view text) const {
  const auto shown = visible(text);
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  if (!text.ends_with('\n')) std::fputc('\n', stdout);
}
void Args::print_json(const json::Value& value) const { print(json::dump(value, isatty(1) ? 2 : 0)); }
void Args::progress(std::string_view text) const {
  if (isatty(2)) fmt::print(stderr, "\r\033[K{}", visible(text));
}

std::string describe(const Error& error) {
  std::string text = "evenkeel: " + error.message + "\n";
  if (error.complaints.size() > 1 ||
      (error.complaints.size() == 1 && error.message.find(error.complaints.front().message) == std::string::npos))
    for (const auto& c : error.complaints) text += fmt::format("  {}{}{}\n", c.field, c.field.empty() ? "" : ": ", c.message);
  for (const auto& r : error.refusals) {
    text += fmt::format("  \u00d7 {}: {}\n", r.rule, r.value);
    if (!r.limit.empty()) text += fmt::format("      required:  {}\n", r.limit);
    if (!r.evidence.empty()) text += fmt::format("      evidence:  {}\n", r.evidence);
    if (!r.next_step.empty()) text += fmt::format("      next step: {}{}\n", r.next_step, r.who.empty() ? "" : " (" + r.who + ")");
  }
  return text;
}

Result<std::string> read_input(const std::string& path) {
  std::string bytes;
  if (path == "-") {
    char buffer[65536];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) bytes.append(buffer, n);
    if (std::ferror(stdin)) return invalid("cannot read standard input");
  } else if (path.ends_with(".gz")) {
    gzFile in = gzopen(path.c_str(), "rb");
    if (!in) return invalid(fmt::format("{}: {}", path, std::strerror(errno)), path);
    char buffer[65536];
    int n = 0;
    while ((n = gzread(in, buffer, sizeof buffer)) > 0) bytes.append(buffer, std::size_t(n));
    int code = 0;
    const std::string why = n < 0 ? gzerror(in, &code) : "";
    gzclose(in);
    if (n < 0) return invalid(fmt::format("{}: not a whole gzip file: {}", path, why), path);
  } else {
    std::error_code ec;
    if (std::filesystem::is_directory(path, ec)) return invalid(path + ": is a folder, a file was expected", path);
    std::ifstream in(path, std::ios::binary);
    if (!in) return invalid(fmt::format("{}: {}", path, std::strerror(errno)), path);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
    if (in.bad()) return invalid(path + ": cannot be read", path);
  }
  return bytes;
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new~";
  const auto wrong = [&](const char* what) {
    const std::string why = std::strerror(errno);
    ::unlink(temporary.c_str());
    return fail(ErrorKind::unavailable, fmt::format("{}: cannot {}: {}", path, what, why), path);
  };
  FILE* out = std::fopen(temporary.c_str(), "wb");
  if (!out) return wrong("write beside it");
  const bool written =
      std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size() && std::fflush(out) == 0 && ::fsync(fileno(out)) == 0;
  if (std::fclose(out) != 0 || !written) return wrong("write");
  std::error_code ec;
  if (std::filesystem::exists(path, ec)) std::filesystem::permissions(temporary, std::filesystem::status(path, ec).permissions(), ec);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return wrong("replace");
  return {};
}

int run(int argc, char** argv) {
  return guard([&] {
    Tree tree;
    build(tree);
    auto words = mark_texts({argv + 1, argv + argc});
    if (words == std::vector<std::string>{"help", "--man"}) {
      write_raw(man_page(commands()));
      return std::fflush(stdout) == 0 ? 0 : 3;
    }
    if (!words.empty() && words.front() == "help") {  // "help release plan" is "release plan --help"
      words.erase(words.begin());
      words.emplace_back("--help");
    }
    try {
      tree.app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::ParseError& e) {
      const auto words_before_help = std::vector<std::string>(
          words.begin(), std::find_if(words.begin(), words.end(), [](const auto& w) { return w.starts_with('-'); }));
      if (e.get_exit_code() == 0 && understand(tree, words_before_help).problem.empty()) return tree.app.exit(e);  // --help, --version
      std::fputs(visible(usage_error(tree, words, e.what())).c_str(), stderr);
      return 2;
    }
    if (!tree.chosen) {
      std::cout << tree.app.help();
      return 0;
    }
    for (const auto& p : tree.chosen->params)
      if (!p.fallback.empty() && !tree.args.has(p.name)) tree.args.values[p.name] = {p.fallback};
    const auto code = tree.chosen->run(tree.args);
    if (std::fflush(stdout) != 0) {
      fmt::print(stderr, "evenkeel: cannot write the answer: {}\n", std::strerror(errno));
      return 3;
    }
    if (code) return *code;
    std::fputs(visible(describe(code.error())).c_str(), stderr);
    return exit_code(code.error().kind);
  });
}

}  // namespace evenkeel::cli
