#include "changelog/generate.hpp"
#include "retro/audit.hpp"
#include "support/histories.hpp"

namespace evenkeel {
namespace {

namespace data = testing_data;

/// Every commit of a history is in exactly one release, and reverts resolve where git itself finds the commit.
void check_generated(const std::string& name, const gitlog::Repository& repository, const gitlog::History& history) {
  const auto tags = gitlog::main_family(history.tags);
  const auto all = changelog::generate(history, tags);
  std::set<std::string> seen;
  std::size_t listed = 0, tagged = 0, resolved = 0;
  for (const auto& release : all.releases) {
    listed += release.commits.size();
    tagged += release.tag.has_value();
    seen.insert(release.commits.begin(), release.commits.end());
  }
  const auto count = repository.ask({"rev-list", "--count", "HEAD"}).value();
  EXPECT_EQ(listed, std::stoul(count)) << name;
  EXPECT_EQ(seen.size(), listed) << name;
  EXPECT_EQ(tagged, tags.size()) << name;
  // The oldest release holds exactly what its tag reaches.
  if (tagged > 0) {
    EXPECT_EQ(all.releases.back().commits.size(),
              std::stoul(repository.ask({"rev-list", "--count", "refs/tags/" + *all.releases.back().tag}).value()))
        << name;
  }
  for (const auto& revert : gitlog::find_reverts(history)) {
    if (revert.found != gitlog::RevertFound::by_id) continue;
    const auto by_git =
        run_process({"git", "-C", repository.dir(), "rev-parse", "--verify", "--quiet", revert.named + "^{commit}"}).value();
    const bool ancestor = by_git.ok() && run_process({"git", "-C", repository.dir(), "merge-base", "--is-ancestor", revert.named,
                                                      history.commits[revert.commit].sha})
                                             .value()
                                             .ok();
    EXPECT_EQ(revert.target.has_value(), ancestor) << name << ": " << revert.named;
    resolved += revert.target.has_value();
  }
  std::cout << "  " << name << ": " << listed << " commits in " << all.releases.size() << " releases, reverts " << resolved << " of "
            << all.reverts.size() << " resolve\n";
}

/// The numbers of each audited release against git's own.
void check_audit(const std::string& name, const gitlog::Repository& repository, const gitlog::History& history) {
  auto releases = retro::releases_to_audit(history, 5);
  for (auto& item : releases) item.size = repository.diff_size(item.tag_before.value_or(""), item.release.tag->name).value();
  const auto audit = retro::audit({.history = history, .releases = releases, .all_tags = repository.tags().value(), .asked = 5});
  EXPECT_EQ(audit.releases.empty(), gitlog::main_family(history.tags).empty()) << name;
  EXPECT_EQ(audit.proposed_gates.size(), 3u) << name;
  EXPECT_FALSE(audit.gaps.empty()) << name;  // no records were given
  for (std::size_t i = 0; i < audit.releases.size(); ++i) {
    const auto& release = audit.releases[i];
    if (i > 0) { EXPECT_LE(release.date, audit.releases[i - 1].date) << name; }
    if (!releases[i].tag_before) continue;  // the first release of all
    const auto between = repository.ask({"rev-list", "--count", release.tag, "^" + *releases[i].tag_before}).value();
    EXPECT_LE(release.commits, std::stol(between)) << name << " " << release.tag;  // older releases on side branches may hold some
  }
  const auto text = retro::report(audit, name);
  EXPECT_NE(text.find("mode: observe"), std::string::npos);
  std::cout << "  " << name << ": " << audit.releases.size() << " releases audited, " << audit.gaps.size() << " gaps, first gate "
            << audit.proposed_gates[0].gate << "\n";
}

TEST(HistoryConformance, ReleasesRevertsAndAuditsOfEveryHistory) {
  const auto files = data::files("data/histories", ".fi.gz");
  SKIP_WITHOUT(files);
  data::each_history([](const std::string& name, const std::string& dir) {
    const auto repository = gitlog::Repository::open(dir).value();
    const auto history = gitlog::read_history(repository, {}).value();
    check_generated(name, repository, history);
    check_audit(name, repository, history);
  });
}

}  // namespace
}  // namespace evenkeel
