#include "gitlog/repository.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/utf8.hpp"
#include "gitlog/careful.hpp"

namespace evenkeel::gitlog {
namespace {

constexpr const char* empty_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";  // git's id of no files at all (SHA-1)

/// git's own words, on one line and without its "fatal: ".
std::string words_of(std::string_view err) {
  auto text = clean_text(err, 600);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.starts_with("fatal: ")) text.erase(0, 7);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0;;) {
    const auto end = text.find(at, from);
    parts.push_back(text.substr(from, end == std::string_view::npos ? end : end - from));
    if (end == std::string_view::npos) return parts;
    from = end + 1;
  }
}

std::int64_t number(std::string_view text) {
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

}  // namespace

Result<ProcessOutput> Repository::run(const std::vector<std::string>& args, std::function<bool(std::string_view)> on_chunk) const {
  auto argv = careful_git(dir_);
  argv.insert(argv.end(), {"-c", "core.quotePath=false", "-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8"});
  argv.insert(argv.end(), args.begin(), args.end());
  // GIT_FLUSH=0: git writes full buffers instead of waking the reader for every commit, which halves the cost of a long history.
  ProcessOptions options{.env = careful_environment(),
                         .without = careless_variables(),  // --repo is what was asked for
                         .deadline = deadline,
                         .stop = stop,
                         .max_output = 256u << 20,
                         .on_chunk = std::move(on_chunk)};
  options.env.insert({{"LC_ALL", "C"}, {"GIT_OPTIONAL_LOCKS", "0"}, {"GIT_FLUSH", "0"}});
  auto done = run_process(argv, options);
  if (!done && done.error().kind == ErrorKind::not_found)
    return unavailable("git is not installed or not on the PATH; evenkeel reads histories through it (Debian: apt-get install git)");
  return done;
}

Result<Repository> Repository::open(const std::string& dir) {
  std::error_code ec;
  if (!std::filesystem::is_directory(dir, ec))
    return invalid(fmt::format("'{}' is not a folder; give the folder of a git repository", dir), "repo");
  Repository repository(dir);
  const auto answer = TRY(repository.run({"rev-parse", "--git-dir"}));
  if (answer.ok()) return repository;
  const auto why = words_of(answer.err);
  if (why.find("not a git repository") != std::string::npos)
    return invalid(fmt::format("'{}' is not a git repository, nor inside one", dir), "repo");
  return unavailable(fmt::format("git does not open '{}': {}", dir, why));
}

Result<std::string> Repository::ask(const std::vector<std::string>& args) const {
  auto answer = TRY(run(args));
  if (!answer.ok())
    return unavailable(fmt::format("git {} failed in '{}': {}", args.empty() ? "" : args.front(), dir_, words_of(answer.err)));
  return std::move(answer.out);
}

Result<std::vector<std::string>> Repository::ask_lines(const std::vector<std::string>& args) const {
  const auto text = TRY(ask(args));
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (end > at) all.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

Result<std::string> Repository::resolve(const std::string& revision) const {
  auto answer = TRY(run({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}));
  // Older gits echo --end-of-options back; the id is the last word.
  auto& out = answer.out;
  while (out.ends_with('\n')) out.pop_back();
  if (answer.ok() && !out.empty()) return out.substr(out.find_last_of('\n') + 1);
  if (revision == "HEAD") return invalid(fmt::format("'{}' has no commit yet", dir_), "repo");
  return invalid(fmt::format("'{}' names no commit in '{}'", revision, dir_), "revision");
}

Result<void> Repository::walk_with(std::vector<std::string> args, const Range& range, const LogParser::Sink& sink) const {
  args.push_back(TRY(resolve(range.to)));
  if (!range.from.empty()) args.push_back("^" + TRY(resolve(range.from)));
  args.push_back("--");
  LogParser parser(sink);
  const auto answer = TRY(run(args, [&](std::string_view chunk) { return parser.push(chunk); }));
  TRY(parser.finish());
  if (!answer.ok() && !answer.stopped_by_reader) return unavailable(fmt::format("git log failed in '{}': {}", dir_, words_of(answer.err)));
  return {};
}

Result<void> Repository::walk(const Range& range, const LogParser::Sink& sink) const {
  return walk_with({"log", "-z", std::string(log_format)}, range, sink);
}

Result<std::vector<Commit>> Repository::commits(const Range& range) const {
  std::vector<Commit> all;
  TRY(walk(range, [&](Commit&& commit) { return all.push_back(std::move(commit)), true; }));
  return all;
}

Result<void> Repository::walk_numstat(const Range& range, const LogParser::Sink& sink) const {
  return walk_with({"log", "-z", "--numstat", "--no-renames", "--no-merges", "--reverse", "--topo-order", std::string(log_format)}, range,
                   sink);
}

Result<std::vector<Tag>> Repository::tags() const {
  const auto out = TRY(ask({"for-each-ref", "refs/tags",
                            "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:"
                            "unix)%00%(contents:subject)"}));
  std::vector<Tag> all;
  for (const auto line : split(out, '\n')) {
    const auto fields = split(line, '\0');
    if (fields.size() < 7) continue;
    Tag tag{.name = std::string(fields[0]), .annotated = fields[1] == "tag", .date = from_millis(number(fields[5]) * 1000)};
    if (fields[1] == "commit")
      tag.target = fields[2];
    else if (fields[3] == "commit")
      tag.target = fields[4];
    else if (fields[3] == "tag") {  // a tag of a tag
      const auto target = resolve("refs/tags/" + tag.name);
      if (target) tag.target = *target;
    }
    if (tag.annotated) tag.subject = fields[6];
    if (!tag.target.empty()) all.push_back(std::move(tag));
  }
  return all;
}

Result<DiffSize> Repository::diff_size(const std::string& from, const std::string& to) const {
  const auto out =
      TRY(ask({"diff", "--numstat", "-z", "--no-renames", from.empty() ? empty_tree : TRY(resolve(from)), TRY(resolve(to)), "--"}));
  DiffSize size;
  for (const auto record : split(out, '\0')) {
    const auto fields = split(record, '\t');
    if (fields.size() < 3) continue;
    ++size.files;
    size.lines_added += number(fields[0]);
    size.lines_deleted += number(fields[1]);
  }
  return size;
}

Result<std::optional<std::string>> Repository::file(const std::string& revision, const std::string& path) const {
  const auto commit = TRY(resolve(revision));
  auto answer = TRY(run({"cat-file", "blob", commit + ":" + path}));
  if (!answer.ok()) return std::nullopt;
  return std::move(answer.out);
}

}  // namespace evenkeel::gitlog
