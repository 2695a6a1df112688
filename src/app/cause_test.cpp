// One history through three doors: what the server holds, a history in a file, the audit. An incident belongs to the same deployment in
// each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dora/facts.hpp"
#include "dora/intake.hpp"
#include "incident/incident.hpp"
#include "retro/audit.hpp"
#include "support/release_world.hpp"

namespace evenkeel::app {
namespace {

struct Told {
  const char *id, *version, *started, *finished;
  dora::ToldResult result = dora::ToldResult::success;
};
constexpr Told deployments[] = {{"d1", "1.0.0", "2026-01-10T10:00:00Z", "2026-01-10T10:10:00Z"},
                                {"d2", "1.1.0", "2026-01-20T10:00:00Z", "2026-01-20T12:00:00Z"},
                                {"d3", "1.2.0", "2026-02-10T10:00:00Z", "2026-02-10T10:05:00Z", dora::ToldResult::rolled_back}};
const std::pair<const char*, const char*> incidents[] = {{"2026-01-09T10:00:00Z", ""},   {"2026-01-10T10:05:00Z", "d1"},
                                                         {"2026-01-17T09:59:00Z", "d1"}, {"2026-01-18T10:00:00Z", ""},
                                                         {"2026-01-20T11:00:00Z", "d2"}, {"2026-02-10T10:00:00Z", "d3"}};

SysTime at(const char* iso) { return parse_time(iso).value(); }

TEST(Cause, IsTheSameOnTheServerInAFileAndInTheAudit) {
  testing_world::World world;
  std::vector<dora::ToldDeployment> told;
  dora::History history{.window = {at("2026-01-01T00:00:00Z"), at("2026-02-20T00:00:00Z")}};
  std::vector<retro::DeploymentRecord> records;
  for (const auto& d : deployments) {
    told.push_back(
        {.id = d.id, .service = "cart", .version = d.version, .started = at(d.started), .finished = at(d.finished), .result = d.result});
    history.deployments.push_back({.id = d.id,
                                   .finished = at(d.finished),
                                   .result = d.result == dora::ToldResult::success ? "SUCCESS" : "ROLLED_BACK",
                                   .started = at(d.started),
                                   .service = "cart"});
    records.push_back({d.id, "cart", d.version, at(d.started), at(d.finished), d.result, "production"});
  }
  world.as("cora", [&](Work& work) { return dora::take_deployments(work, told); }).value();
  const dora::Facts facts(history);
  const dora::Causes causes(facts);
  gitlog::History git;
  std::vector<retro::ReleaseToAudit> releases;
  std::vector<gitlog::Tag> tags;
  for (const auto& d : deployments) tags.push_back({.name = std::string("v") + d.version, .date = at(d.started)});
  for (auto& tag : tags) releases.push_back({gitlog::TaggedRelease{.tag = tag}, {}, {}});
  for (const auto& [when, cause] : incidents) {
    const auto opened = world.as("cora", [&](Work& work) {
      return incident::open_incident(work, {.title = when, .service = "cart", .started_at = at(when), .detected_at = at(when)});
    });
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->deployment_id, *cause ? std::string("told:") + cause : "") << when;
    const auto* run = causes.of({.id = "i", .created = at(when), .service = "cart"});
    EXPECT_EQ(run ? run->id : "", cause) << when;
    retro::AuditInput input{.history = git, .releases = releases, .all_tags = tags};
    input.deployments = records;
    input.incidents = {{"i", at(when), {}, "cart", retro::IncidentSource::monitor, {}}};
    std::string audited;
    for (const auto& release : retro::audit(input).releases)
      if (release.deployment && !release.deployment->incidents.empty()) audited = release.deployment->ids.front();
    EXPECT_EQ(audited, cause) << when;
  }
}

}  // namespace
}  // namespace evenkeel::app
