// What an operator gets beside the server: its figures and the alerts over them, the bill of materials of the package.
#include <fstream>
#include <regex>
#include <set>

#include "store/database.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::Contains;
using testing::HasSubstr;

class OperationStory : public Story {
 protected:
  static std::string packaged(const std::string& file) {
    std::ifstream in(std::string(EVENKEEL_SOURCE_DIR) + "/packaging/" + file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// The unpacked promtool, else the machine's; empty where there is none.
  static std::string promtool() {
    if (std::filesystem::exists(PROMTOOL_UNPACKED)) return PROMTOOL_UNPACKED;
    return std::filesystem::exists("/usr/bin/promtool") ? "/usr/bin/promtool" : "";
  }
  static double value_of(const std::string& metrics, const std::string& sample) {
    const auto at = metrics.find("\n" + sample + " ");
    EXPECT_NE(at, std::string::npos) << sample << " is not in\n" << metrics;
    return at == std::string::npos ? -1 : std::stod(metrics.substr(at + sample.size() + 2));
  }
  static std::set<std::string> names_in(const std::string& text) {
    std::set<std::string> out;
    const std::regex name("evenkeel_[a-z0-9_]+");
    for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) out.insert(at->str());
    return out;
  }
};

TEST_P(OperationStory, O6_the_servers_figures_say_what_stands_and_the_alerts_ask_for_nothing_else) {
  World w{GetParam()};
  w.ready();
  const auto before = w.get("/metrics").out;
  EXPECT_EQ(value_of(before, "evenkeel_ledger_verified_timestamp_seconds"), 0) << "it was not yet";
  w.advance("2h");
  EXPECT_EQ(w.get("/api/v1/releases/none").code, 404);
  const auto metrics = w.get("/metrics").out;
  EXPECT_GT(value_of(metrics, "evenkeel_ledger_verified_timestamp_seconds"), 0) << "once a day, by itself";
  EXPECT_EQ(value_of(metrics, "evenkeel_ledger_problems"), 0);
  EXPECT_GT(value_of(metrics, "evenkeel_ledger_entries"), 10);
  EXPECT_GT(value_of(metrics, "evenkeel_http_responses_total{class=\"4xx\"}"), 0);
  EXPECT_EQ(value_of(metrics, "evenkeel_http_responses_total{class=\"5xx\"}"), 0);
  EXPECT_GT(value_of(metrics, "evenkeel_connections"), 0);
  EXPECT_GT(value_of(metrics, "evenkeel_disk_free_bytes{place=\"state\"}"), 0);
  EXPECT_EQ(value_of(metrics, "evenkeel_jobs{state=\"dead\"}"), 0);

  for (const auto& name : names_in(packaged("evenkeel.rules.yml"))) {
    if (name == "evenkeel_token") continue;
    EXPECT_THAT(metrics, HasSubstr("# TYPE " + name + " ")) << "an alert asks for a figure that there is not";
  }
  const auto tool = promtool();
  ASSERT_FALSE(tool.empty()) << "tools/install-deps.sh unpacks it";
  const auto rules = run_process({tool, "check", "rules", std::string(EVENKEEL_SOURCE_DIR) + "/packaging/evenkeel.rules.yml"});
  EXPECT_TRUE(rules->ok()) << rules->out << rules->err;
  const auto format = run_process({tool, "check", "metrics"}, {.input = metrics});
  EXPECT_TRUE(format->ok()) << format->out << format->err;
}

TEST_P(OperationStory, P2_the_servers_figures_are_for_those_who_operate_it) {
  World w{GetParam()};
  EXPECT_EQ(w.get("/metrics", "").code, 401);
  const auto read = w.get("/metrics", "lee");
  EXPECT_EQ(read.code, 200);
  EXPECT_THAT(read.out, testing::Not(HasSubstr("evenkeel_jobs"))) << "leadership reads what runs where";
  EXPECT_THAT(w.get("/metrics", "rita").out, HasSubstr("evenkeel_jobs"));
}

TEST_P(OperationStory, O6_a_record_that_is_bent_is_an_alert_by_itself) {
  World w{GetParam()};
  w.ready();
  w.server.reset();
  {
    auto db = store::Database::open(w.database());
    db->writer().connection().script("UPDATE release SET outcome = 'superseded'");
  }
  w.restart();
  w.advance("26h");
  EXPECT_GT(value_of(w.get("/metrics").out, "evenkeel_ledger_problems"), 0);
}

INSTANTIATE_TEST_SUITE_P(On, OperationStory, testing::ValuesIn(databases()), name_of);

TEST(BillOfMaterials, O6_names_what_the_binary_is_linked_to_and_what_its_pages_are_built_of) {
  const auto build = std::filesystem::path(evenkeel_binary()).parent_path().string();
  const auto made = run_process({std::string(EVENKEEL_SOURCE_DIR) + "/tools/sbom.py", build}, {.deadline = std::chrono::minutes{3}});
  ASSERT_TRUE(made && made->ok()) << (made ? made->err : made.error().message);
  const auto bill = json::parse(made->out).value();
  EXPECT_EQ(bill.at("bomFormat").as_string(), "CycloneDX");
  std::set<std::string> names, versions;
  for (const auto& c : bill.at("components").as_array()) {
    names.insert(std::string(c.at("name").as_string()));
    EXPECT_FALSE(c.at("version").as_string().empty()) << c;
    EXPECT_THAT(std::string(c.at("purl").as_string()), testing::StartsWith("pkg:"));
  }
  for (const auto* expected : {"libssl3", "libsqlite3-0", "libpq5", "libsodium23", "libboost1.81-dev", "svelte", "openapi-fetch"})
    EXPECT_THAT(names, Contains(expected));
  const auto again = run_process({std::string(EVENKEEL_SOURCE_DIR) + "/tools/sbom.py", build}, {.deadline = std::chrono::minutes{3}});
  EXPECT_EQ(again->out, made->out) << "the same build, the same bytes";
}

}  // namespace
}  // namespace evenkeel::stories
