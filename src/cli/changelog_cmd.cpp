// evenkeel changelog show|check|add|cut|yank|init|generate: CHANGELOG.md on disk, without a server.
#include "app/version.hpp"
#include "changelog/check.hpp"
#include "changelog/edit.hpp"
#include "changelog/fragments.hpp"
#include "changelog/generate.hpp"
#include "changelog/generate_cache.hpp"
#include "changelog/line_diff.hpp"
#include "changelog/mend.hpp"
#include "cli/changelog_edit.hpp"
#include "cli/commands.hpp"
#include "cli/visible.hpp"
#include "gitlog/reverts.hpp"
#include "gitlog/shallow.hpp"

#include <fmt/format.h>

namespace evenkeel::cli {
namespace {

using namespace evenkeel::changelog;

const Param file_param{"file", "The changelog ('-': standard input)", Param::positional, false, "CHANGELOG.md"};

Result<Document> read_document(const Args& args) { return Document::parse(TRY(read_input(args.text("file")))); }

std::string as_table(const Document& document) {
  std::vector<std::vector<std::string>> rows = {{"VERSION", "DATE", "ENTRIES", "LINE", ""}};
  for (const auto& release : document.releases()) {
    std::size_t entries = 0;
    for (const auto& section : release.sections) entries += section.entries.size();
    rows.push_back({release.heading.version.value_or(release.heading.unreleased ? "Unreleased" : "-"), release.heading.date.value_or(""),
                    std::to_string(entries), std::to_string(release.line + 1), release.heading.yanked ? "yanked" : ""});
  }
  return document.releases().empty() ? "no release was found\n" : table(rows);
}

Result<int> show(const Args& args) {
  const auto document = TRY(read_document(args));
  if (args.flag("raw")) {
    write_raw(document.text());
    return 0;
  }
  if (args.has("release")) {
    const auto version = args.text("release");
    if (!args.json) return args.print(TRY(release_section(document, version))), 0;
    const auto* release = version == "unreleased" ? document.unreleased() : document.find(version);
    if (!release) return no_such_release(document, version);
    args.print_json(json::to_value(document.release(*release)));
    return 0;
  }
  if (args.json)
    args.print_json(json::to_value(document.changelog()));
  else
    args.print(as_table(document));
  return 0;
}

Result<int> check_file(const Args& args) {
  const auto findings = check(TRY(read_document(args)));
  if (args.json)
    args.print_json(json::to_value(findings));
  else {
    std::string text;
    for (const auto& f : findings) text += fmt::format("{}:{}: {}: {}\n", args.text("file"), f.line, f.rule, f.message);
    args.print(findings.empty() ? args.text("file") + ": nothing to complain about" : text);
  }
  return findings.empty() ? 0 : 1;
}

Result<Type> type_named(const Args& args) {
  const auto type = json::enum_from<Type>(args.text("type"));
  if (!type) return invalid("--type: " + type.error().message, "type");
  return *type;
}
Result<std::size_t> line_named(const Args& args) {
  const auto line = TRY(args.number("line"));
  if (line < 1) return invalid("--line counts from 1", "line");
  return std::size_t(line - 1);
}

Result<int> add(const Args& args) {
  const auto type = TRY(type_named(args));
  auto text = args.text("text");
  if (args.has("cve")) {
    const auto cve = args.text("cve");
    if (!cve.starts_with("CVE-")) return invalid("--cve: expected an identifier such as CVE-2026-1234", "cve");
    if (type != Type::security) return invalid("--cve belongs to --type security", "cve");
    if (!text.starts_with(cve)) text = cve + ": " + text;
  }
  const auto document = TRY(read_document(args));
  return finish_edit(args, document, TRY(add_entry(document, type, text, args.flag("breaking"))));
}

Result<int> fix_file(const Args& args) {
  const auto document = TRY(read_document(args));
  auto fixed = fix(document);
  if (!args.json && args.text("file") != "-")
    for (const auto& f : fixed.fixed) args.print(fmt::format("{}: {}\n", f.rule, f.message));
  const auto left = check(Document::parse(fixed.change.text)).size();
  if (left > 0) fixed.change.remark = fmt::format("{} left for a person; see `evenkeel changelog check`", left);
  return finish_edit(args, document, fixed.change);
}

Result<int> move_in_file(const Args& args) {
  MoveEntry move{.line = TRY(line_named(args)), .release = args.text("to")};
  if (args.has("type")) move.type = TRY(type_named(args));
  const auto document = TRY(read_document(args));
  return finish_edit(args, document, TRY(move_entry(document, move)));
}

Result<int> reword(const Args& args) {
  const auto document = TRY(read_document(args));
  return finish_edit(args, document, TRY(reword_entry(document, TRY(line_named(args)), args.text("text"))));
}

/// Gathers the fragments, cuts the release when one is asked for, and removes the fragments once the file is safe on disk.
Result<int> gather_fragments(const Args& args) {
  const auto folder = args.text("from");
  const auto fragments = TRY(read_fragments(folder));
  std::error_code ec;
  const auto path = args.text("file");
  const bool there = path == "-" || std::filesystem::exists(path, ec);
  const auto document = there ? TRY(read_document(args)) : Document::parse(std::string(first_changelog));
  const auto gathered = TRY(gather(document, fragments));
  auto change = gathered.change;
  if (args.has("release")) {
    auto date = args.text("date");
    if (date.empty() && dates_its_releases(document)) date = to_date(SystemClock{}.now());
    change.text = TRY(cut_release(Document::parse(change.text), args.text("release"), date)).text;
  }
  change.edits = line_diff(document.bytes(), change.text);
  if (!there && change.edits.empty()) change.edits.push_back({document.lines().size(), 0, {}});  // a new file is always written
  change.remark = fmt::format("{} fragments of {} gathered: {} entries added, {} stood there already", fragments.size(), folder,
                              gathered.added, gathered.there);
  const auto code = TRY(finish_edit(args, document, change));
  if (!args.flag("dry-run") && !args.flag("keep") && path != "-")
    for (const auto& fragment : fragments) std::filesystem::remove(std::filesystem::path(folder) / fragment.file, ec);
  return code;
}

Result<int> write_fragment(const Args& args) {
  const auto type = TRY(type_named(args));
  const auto name = args.text("name");
  if (name.empty() || name.find_first_of("./\\") != std::string::npos || name.starts_with('-'))
    return invalid("a fragment's name holds no dots and no slashes; an issue number or a word will do", "name");
  const auto file = fmt::format("{}.{}{}.md", name, args.flag("breaking") ? "breaking." : "", json::enum_text(type));
  TRY(read_fragment(file, args.text("text")));
  std::error_code ec;
  const std::filesystem::path folder = args.text("into");
  std::filesystem::create_directories(folder, ec);
  auto path = folder / file;
  for (int i = 2; std::filesystem::exists(path, ec); ++i) path = folder / (file.substr(0, file.size() - 3) + fmt::format(".{}.md", i));
  TRY(write_file(path.string(), args.text("text") + "\n"));
  if (args.json)
    args.print_json(json::Object{{"file", path.string()}});
  else
    args.print(path.string() + "\n");
  return 0;
}

Result<int> cut(const Args& args) {
  const auto document = TRY(read_document(args));
  auto date = args.text("date");
  if (date.empty() && dates_its_releases(document)) date = to_date(SystemClock{}.now());
  return finish_edit(args, document, TRY(cut_release(document, args.text("version"), date)));
}

Result<int> yank(const Args& args) {
  const auto document = TRY(read_document(args));
  return finish_edit(args, document, TRY(yank_release(document, args.text("version"))));
}

/// Each line can be run as it stands.
std::string next_steps(const std::string& path) {
  return fmt::format(
      "\nWrite the first entry:\n  evenkeel changelog add {0} --type added \"What people can do now\"\n\n"
      "Keep it current: let the pipeline of every merge run\n  git pull --rebase && evenkeel changelog capture{1} --commit && git push\n"
      "and, when a release is made,\n  evenkeel changelog cut {0} VERSION\n",
      path, path == "CHANGELOG.md" ? "" : " " + path);
}

Result<int> init(const Args& args) {
  const auto path = args.text("file");
  std::error_code ec;
  const bool there = path != "-" && std::filesystem::exists(path, ec);
  const auto before = there ? Document::parse(TRY(read_input(path))) : Document::parse("");
  std::string text{first_changelog};
  if (there) {
    if (before.unreleased()) {
      if (args.json)
        args.print_json(json::Object{{"file", path}, {"written", false}});
      else
        args.print(path + " is there and has an Unreleased section; nothing was changed\n" + next_steps(path));
      return 0;
    }
    return conflict(fmt::format(
        "{} exists and was left as it is; `evenkeel changelog add {} ...` makes the Unreleased section with the first entry", path, path));
  }
  if (path == "-") return args.print(text), 0;
  if (!args.flag("dry-run")) TRY(write_file(path, text));
  if (args.json)
    args.print_json(json::Object{{"file", path}, {"written", !args.flag("dry-run")}});
  else
    args.print((args.flag("dry-run") ? text : path + " was made\n") + next_steps(path));
  return 0;
}

/// Of a part of the history the releases before it count too.
Result<Beside> known_beside(const gitlog::Repository& repository, const Args& args, const gitlog::History& history) {
  const auto to = TRY(repository.resolve(args.text("to")));
  const auto contained = TRY(repository.ask_lines({"tag", "--merged", to}));
  auto all = TRY(repository.tags());
  std::erase_if(all, [&](const auto& tag) { return std::ranges::find(contained, tag.name) == contained.end(); });
  const auto tags = args.has("tag-pattern") ? gitlog::matching(all, args.text("tag-pattern")) : gitlog::main_family(all);
  return Beside{TRY(shipped_beside(repository, to, tags)), TRY(gitlog::named_before(repository, history.commits))};
}

Result<int> generate_from_history(const Args& args) {
  const auto repository = TRY(gitlog::Repository::open(args.text("repo")));
  if (const auto warning = TRY(gitlog::shallow_warning(repository)); !warning.empty()) fmt::print(stderr, "evenkeel: {}\n", warning);
  if (!args.json && args.text("from").empty() && !args.flag("no-cache")) {
    args.print(TRY(generate_cached(repository, {.to = args.text("to"),
                                                .tag_pattern = args.has("tag-pattern") ? args.text("tag-pattern") : "",
                                                .program = evenkeel::app::version})));
    return 0;
  }
  const auto history = TRY(gitlog::read_history(repository, {.from = args.text("from"), .to = args.text("to")}));
  const auto tags = args.has("tag-pattern") ? gitlog::matching(history.tags, args.text("tag-pattern")) : gitlog::main_family(history.tags);
  if (args.json)
    args.print_json(json::to_value(generate(history, tags)));
  else
    args.print(generate_markdown(history, tags, TRY(known_beside(repository, args, history))));
  return 0;
}

}  // namespace

std::vector<Command> changelog_commands() {
  const Param dry{"dry-run", "Show what would change and write nothing", Param::flag};
  Param file = file_param;
  Param required_file = file_param;
  required_file.required = true;
  required_file.fallback = "";
  return {
      {"changelog show",
       "Read a changelog and print its releases",
       {file,
        {"raw", "Print the file byte for byte, written from the parsed form", Param::flag},
        {"release", "Only this version ('unreleased' for what is to come)"}},
       show},
      {"changelog check", "Say what does not follow Keep a Changelog (exit 1 when something does not)", {file}, check_file},
      {"changelog add",
       "Write an entry into Unreleased",
       {required_file,
        {"text", "What changed, for whom", Param::positional, true},
        {"type", "added, changed, deprecated, removed, fixed or security", Param::option, true},
        {"breaking", "People must act before they can take the release", Param::flag},
        {"cve", "Identifier of a security entry; it comes first"},
        dry},
       add,
       "Example: evenkeel changelog add CHANGELOG.md --type fixed \"Search finds names with accents again\""},
      {"changelog cut",
       "Turn Unreleased into a release",
       {required_file,
        {"version", "Version of the release", Param::positional, true},
        {"date", "YEAR-MONTH-DAY (default: today, where the file dates its releases)"},
        dry},
       cut},
      {"changelog yank",
       "Mark a release as yanked",
       {required_file, {"version", "Version of the release", Param::positional, true}, dry},
       yank},
      {"changelog fix", "Put right what check finds and a rule alone can mend; no words are touched", {required_file, dry}, fix_file},
      {"changelog move",
       "Move an entry to another type or release",
       {required_file,
        {"line", "A line of the entry, from 1", Param::option, true},
        {"type", "added, changed, deprecated, removed, fixed or security (default: as it is)"},
        {"to", "Version, or 'unreleased'", Param::option, false, "unreleased"},
        dry},
       move_in_file,
       "An entry that slipped into a release that is out already goes back with `--to unreleased`."},
      {"changelog edit",
       "Give an entry other words",
       {required_file,
        {"text", "The new words", Param::positional, true},
        {"line", "A line of the entry, from 1", Param::option, true},
        dry},
       reword},
      {"changelog fragment",
       "Write a change's entry as a file of its own, so that branches do not meet in one line",
       {{"name", "What the change is called: an issue number, a word", Param::positional, true},
        {"text", "What changed, for whom", Param::positional, true},
        {"type", "added, changed, deprecated, removed, fixed or security", Param::option, true},
        {"breaking", "People must act before they can take the release", Param::flag},
        {"into", "Folder of the fragments", Param::option, false, "changes"}},
       write_fragment},
      {"changelog gather",
       "Gather change fragments into Unreleased, and cut the release with --release",
       {file,
        {"from", "Folder of the fragments", Param::option, false, "changes"},
        {"release", "Cut this version from Unreleased afterwards"},
        {"date", "YEAR-MONTH-DAY (default: today, where the file dates its releases)"},
        {"keep", "Leave the fragments where they are", Param::flag},
        dry},
       gather_fragments,
       "Fragments are files such as changes/123.added.md or changes/123.breaking.removed.md; each is one entry."},
      {"changelog generate",
       "Draft a changelog from the history of a git repository",
       {{"repo", "Folder of the repository", Param::option, false, "."},
        {"from", "Leave out this revision and all before it"},
        {"to", "Up to this revision", Param::option, false, "HEAD"},
        {"tag-pattern", "Tags that are releases, such as 'v*' (default: the family with most versions)"},
        {"no-cache", "Read the whole history, and keep nothing in the git folder for the next time", Param::flag}},
       generate_from_history,
       "A draft for people to edit: types come from 'Changelog:' trailers, Conventional Commits and the words of titles."},
      {"changelog init", "Start a changelog", {file, dry}, init},
  };
}

}  // namespace evenkeel::cli
