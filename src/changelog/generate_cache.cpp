#include "changelog/generate_cache.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/files.hpp"
#include "base/hex.hpp"
#include "changelog/generate.hpp"
#include "gitlog/reverts.hpp"
#include "gitlog/shallow.hpp"

namespace evenkeel::changelog {
namespace {

/// What was kept: for which program, tags and commit; which commits the releases' tags point to; the text of the releases.
struct Kept {
  std::string made_by, tags, head;           // tags: with the boundary and the replacements of the reading
  std::vector<std::string> targets, picked;  // picked: what is no news any more, though it is not in a release here
  std::string released;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) out.push_back(line);
  return out;
}

std::optional<Kept> load(const std::string& path) {
  std::istringstream in(read_file(path).value_or(""));
  Kept kept;
  std::string targets, picked;
  if (!std::getline(in, kept.made_by) || !std::getline(in, kept.tags) || !std::getline(in, kept.head) || !std::getline(in, targets) ||
      !std::getline(in, picked))
    return {};
  std::istringstream words(targets), originals(picked);
  for (std::string id; words >> id;) kept.targets.push_back(id);
  for (std::string id; originals >> id;) kept.picked.push_back(id);
  std::string sum;
  if (!std::getline(in, sum)) return {};
  kept.released.assign(std::istreambuf_iterator<char>(in), {});
  if (to_hex(sha256(kept.head + targets + picked + kept.released)) != sum) return {};  // cut short, or edited
  return kept;
}

/// Whole or not at all. That it cannot be written (a folder of somebody else) costs the next run its time, and nothing else.
void keep(const std::string& path, const Kept& kept) {
  std::error_code ec;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ec);
  const auto targets = fmt::format("{}", fmt::join(kept.targets, " ")), picked = fmt::format("{}", fmt::join(kept.picked, " "));
  const auto beside = fmt::format("{}.{}~", path, ::getpid());
  {
    std::ofstream out(beside, std::ios::binary);
    out << kept.made_by << '\n' << kept.tags << '\n' << kept.head << '\n' << targets << '\n' << picked << '\n';
    out << to_hex(sha256(kept.head + targets + picked + kept.released)) << '\n' << kept.released;
    if (!out.flush()) ec = std::make_error_code(std::errc::io_error);
  }
  if (!ec) std::filesystem::rename(beside, path, ec);
  if (ec) std::filesystem::remove(beside, ec);
}

std::string fingerprint(const std::vector<gitlog::Tag>& tags) {
  std::string all;
  for (const auto& t : tags) all += fmt::format("{} {} {}\n", t.name, t.target, to_millis(t.date));
  return to_hex(sha256(all));
}

/// Commits that came since; nothing when `before` is not an ancestor, or is gone.
std::optional<std::vector<std::string>> since(const gitlog::Repository& repository, const std::string& before, const std::string& head) {
  const auto sides = repository.ask({"rev-list", "--left-right", "--end-of-options", before + "..." + head});
  if (!sides) return {};
  std::vector<std::string> out;
  for (const auto& line : lines_of(*sides)) {
    if (line.front() != '>') return {};
    out.push_back(line.substr(1));
  }
  return out;
}

bool holds(const gitlog::Repository& repository, const Kept& kept, const std::string& made_by, const std::string& tags_now,
           const std::vector<gitlog::Tag>& tags, const std::string& head) {
  if (kept.made_by != made_by || kept.tags != tags_now) return false;
  const auto came = since(repository, kept.head, head);
  if (!came) return false;
  const std::set<std::string> fresh(came->begin(), came->end());
  return std::none_of(tags.begin(), tags.end(), [&](const auto& t) { return fresh.contains(t.target); });
}

Result<std::string> unreleased(const gitlog::Repository& repository, const Kept& kept, const std::string& head) {
  std::vector<std::string> args{"log", "-z", std::string(gitlog::log_format), head};
  for (const auto& target : kept.targets) args.push_back("^" + target);
  std::vector<gitlog::Commit> commits;
  gitlog::LogParser parser([&](gitlog::Commit&& c) {
    commits.push_back(std::move(c));
    return true;
  });
  parser.push(TRY(repository.ask(args)));
  TRY(parser.finish());
  Beside beside{.before = TRY(gitlog::named_before(repository, commits))};
  for (const auto& id : kept.picked) beside.shipped.push_back({id});
  return generate_markdown(gitlog::make_history(std::move(commits), {}), {}, beside);
}

}  // namespace

Result<std::string> generate_cached(const gitlog::Repository& repository, const GenerateOptions& options, bool* reused) {
  const auto head = TRY(repository.resolve(options.to));
  const auto folder = lines_of(TRY(repository.ask({"rev-parse", "--path-format=absolute", "--git-common-dir"})));
  if (folder.empty()) return unavailable(fmt::format("git does not say where the repository '{}' is", repository.dir()));
  const auto tags = TRY(repository.tags());
  const auto tags_now = to_hex(sha256(fingerprint(tags) + TRY(gitlog::view_of(repository))));
  const auto made_by = "evenkeel changelog cache 3 " + options.program;
  const auto path = fmt::format("{}/evenkeel/changelog-{}.cache", folder.front(), to_hex(sha256(options.tag_pattern)).substr(0, 16));
  if (const auto kept = load(path); kept && holds(repository, *kept, made_by, tags_now, tags, head)) {
    if (reused) *reused = true;
    return TRY(unreleased(repository, *kept, head)) + kept->released;
  }
  if (reused) *reused = false;
  const auto history = TRY(gitlog::read_history(repository, {.to = options.to}));
  const auto releases =
      options.tag_pattern.empty() ? gitlog::main_family(history.tags) : gitlog::matching(history.tags, options.tag_pattern);
  const Beside beside{.shipped = TRY(shipped_beside(repository, head, releases))};
  auto text = generate_markdown(history, releases, beside);
  Kept kept{made_by, tags_now, head, {}, told_with_releases(history, releases, beside.shipped), ""};
  for (const auto& t : releases) kept.targets.push_back(t.target);
  const auto fresh = TRY(unreleased(repository, kept, head));
  if (!text.starts_with(fresh)) return text;  // a history that cannot be cut so is read whole every time
  kept.released = text.substr(fresh.size());
  keep(path, kept);
  return text;
}

}  // namespace evenkeel::changelog
