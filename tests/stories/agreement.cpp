#include "stories/agreement.hpp"

#include <regex>
#include <sstream>

namespace evenkeel::stories {
namespace {

std::string text(const json::Value& v, const std::string& key) {
  const auto* found = v.as_object().if_contains(key);
  return found && found->is_string() ? std::string(found->as_string()) : "";
}
std::string clock_of(const std::string& iso) { return iso.size() >= 16 ? iso.substr(11, 5) : iso; }

/// Every string of a value with the path to it.
void gather(const json::Value& v, const std::string& where, std::vector<Told>& out) {
  if (v.is_string()) out.push_back({where, std::string(v.as_string())});
  if (v.is_array())
    for (std::size_t i = 0; i < v.as_array().size(); ++i) gather(v.as_array()[i], fmt::format("{}[{}]", where, i), out);
  if (v.is_object())
    for (const auto& [key, member] : v.as_object()) gather(member, where + "." + std::string(key), out);
}

/// What was said of one thing, by whom first.
class Facts {
 public:
  void say(const std::string& of, const std::string& value, const std::string& where) {
    const auto [at, is_new] = known_.emplace(of, std::pair{value, where});
    if (!is_new && at->second.first != value)
      found_.push_back(fmt::format("{}: \"{}\" in {}, \"{}\" in {}", of, at->second.first, at->second.second, value, where));
  }
  void wrong(const std::string& what) { found_.push_back(what); }
  std::vector<std::string> found() const { return found_; }

 private:
  std::map<std::string, std::pair<std::string, std::string>> known_;
  std::vector<std::string> found_;
};

std::string any_of(const std::set<std::string>& words) { return fmt::format("(?:{})", fmt::join(words, "|")); }

/// A report against itself and against the pages.
void look_at_report(World& w, const std::string& version, const json::Value& report, const json::Value& pages, Facts& facts) {
  const auto checkpoint = text(report, "checkpoint");
  const auto& body = report.at("body");
  const auto outcome = text(body, "outcome");
  const auto table = w.get(fmt::format("/api/v1/releases/{}/reports/{}/report.md", version, checkpoint)).out;
  bool all_hold = true;
  for (const auto& row : body.at("rows").as_array()) {
    const auto state = text(row, "state"), name = fmt::format("{} of {} at {}", text(row, "criterion"), text(row, "service"), checkpoint);
    all_hold &= state == "holds";
    auto shown = state;
    std::replace(shown.begin(), shown.end(), '_', ' ');
    const std::regex line(fmt::format(R"(\| {} \| {}[^\n]*\| {}( at [0-9:]+Z)? \|)", text(row, "service"), text(row, "criterion"), shown));
    if (!std::regex_search(table, line)) facts.wrong(fmt::format("{}: the view says {}, the table does not:\n{}", name, state, table));
    if (state != "holds") continue;
    for (const auto& page : pages.as_array())
      for (const auto& part : page.at("parts").as_array()) {
        const auto since = text(part, "since");
        const bool within = since >= text(body, "deployed") && since <= text(body, "taken");
        if (within && text(part, "service") == text(row, "service") && text(part, "sentence").find("(limit") != std::string::npos &&
            body.at("rows").as_array().size() == 1)
          facts.wrong(fmt::format("{}: the report says holds, a page said \"{}\"", name, text(part, "sentence")));
      }
  }
  if (outcome.starts_with("Held") && !all_hold && outcome.find("suspect") == std::string::npos &&
      outcome.find("without data") == std::string::npos)
    facts.wrong(fmt::format("the report at {} says \"{}\", and a row does not hold", checkpoint, outcome));
  if (table.find(outcome.substr(0, 30)) == std::string::npos) facts.wrong(fmt::format("the table at {} lacks \"{}\"", checkpoint, outcome));
  const auto* told = body.as_object().if_contains("pages");
  if (!told || !told->is_array()) return;
  for (const auto& line : told->as_array()) {
    const std::string said{line.as_string()};
    const auto page = std::find_if(pages.as_array().begin(), pages.as_array().end(),
                                   [&](const auto& p) { return clock_of(text(p, "opened_at")) + "Z" == said.substr(0, 6); });
    if (page == pages.as_array().end()) {
      facts.wrong(fmt::format("the report at {} tells of a page that there is not: {}", checkpoint, said));
      continue;
    }
    const auto ended = text(*page, "resolved_at");
    const bool over_then = !ended.empty() && ended <= text(body, "taken");
    const auto wanted = over_then ? "over at " + clock_of(ended) + "Z" : std::string("still open");
    if (said.find(wanted) == std::string::npos)
      facts.wrong(fmt::format("the report at {}: \"{}\", but the page is {}", checkpoint, said, wanted));
  }
}

/// The pages as the API has them, and as they reached the pager.
void look_at_pages(const json::Value& pages, const FakeProgram& pager, Facts& facts) {
  std::int64_t open = 0;
  const auto received = pager.state();
  for (const auto& page : pages.as_array()) {
    open += text(page, "state") == "open";
    const auto key = text(page, "dedup_key");
    const auto& alerts = received.at("alerts").as_array();
    const auto there = std::find_if(alerts.begin(), alerts.end(), [&](const auto& a) { return text(a, "dedup_key") == key; });
    if (there == alerts.end())
      facts.wrong("the pager never got " + text(page, "summary"));
    else if ((text(page, "state") == "resolved") != (text(*there, "state") == "resolved"))
      facts.wrong(fmt::format("\"{}\" is {} here and {} at the pager", text(page, "summary"), text(page, "state"), text(*there, "state")));
  }
  if (open != received.at("open").to_number<std::int64_t>())
    facts.wrong(fmt::format("{} pages are open here and {} at the pager", open, received.at("open").to_number<std::int64_t>()));
}

void look_at_outcome(World& w, const std::string& version, const json::Value& page, Facts& facts) {
  const auto outcome = text(page.at("release"), "outcome"), stage = text(page.at("release"), "stage");
  const auto shown = w.as("ada", {"release", "show", version}).out;
  if (outcome == "rolled_back" && shown.find("olled back") == std::string::npos)
    facts.wrong("the release is rolled back, and `release show` does not say so:\n" + shown);
  const auto told = w.get("/changelog/" + version, "");
  if (outcome == "rolled_back" && told.code == 200 && told.out.find("took") == std::string::npos)
    facts.wrong("the release is rolled back, and the public page does not take back what it told:\n" + told.out);
  if (outcome == "shipped" && (stage == "deployment" || stage == "validation")) facts.wrong("shipped, and still in stage " + stage);
}

}  // namespace

std::string ToldShop::yaml(bool canary) const {
  ::setenv("EVENKEEL_STORY_CHAT", (chat.url() + "/messages").c_str(), 1);  // the address of a chat is a secret
  auto yaml = edited(World::small_shop(), "coordinator: ada}", "coordinator: ada, chat: room}");
  if (canary)
    yaml = edited(yaml, "deploy: [{name: put,",
                  "deploy: [{name: put canary, kind: command, command: [sh, -c, \"echo ${version} > @DIR@/live.canary\"]}, {name: canary "
                  "holds, kind: check, health: true, wait: 10s, timeout: 1h}, {name: put,");
  auto health =
      edited(error_rate_criteria(), "      not_applicable:",
             "        - {name: error limit, kind: absolute, limit: 0.01, queries: {total: \"http_requests_total{$side}\", events: "
             "\"http_requests_total{code=~\\\"5..\\\",$side}\"}}\n      not_applicable:");
  return yaml + health +
         fmt::format(R"yaml(public_url: https://shop.test
connections:
  - {{name: prometheus, kind: prometheus, url: "{}"}}
  - {{name: pager, kind: pager, url: "{}/alerts"}}
  - {{name: mail, kind: smtp, url: "{}", from: evenkeel@shop.test}}
escalation: {{mail: true}}
channels:
  - {{name: team, kind: smtp, to: [support@shop.test]}}
  - {{name: newsletter, kind: smtp, to: [kim@customer.test]}}
  - {{name: page, kind: public_page}}
  - {{name: room, kind: chat, url: "${{env:EVENKEEL_STORY_CHAT}}", to: ["#shop"]}}
audiences:
  - {{name: insiders, kind: internal, channels: [team], status: [room]}}
  - {{name: customers, kind: customers, channels: [newsletter, page], after: [insiders]}}
)yaml",
                     metrics.url(), pager.url(), mail.smtp_url());
}
void ToldShop::errors_from_now(World& w, const std::string& side, double share) {
  metrics.errors(side, parse_time(w.now()).value(), share);
}

std::vector<std::string> disagreements(const std::vector<Told>& told, const std::set<std::string>& services,
                                       const std::set<std::string>& versions) {
  Facts facts;
  const auto service = any_of(services);
  const std::regex by_name(fmt::format(R"(([A-Za-z][\w ]*?) of ({}): ([^():\n]+?) \(([^()]*)\) since (\d\d:\d\d))", service));
  const std::regex by_page(fmt::format(R"(\b({}) \d+\.\d+\.\d+: ([^():\n]+?) \(([^()]*)\) since (\d\d:\d\d))", service));
  const std::regex version(fmt::format(R"(\b{} v?(\d+\.\d+\.\d+)\b)", service));
  const auto each = [](const std::regex& shape, const std::string& text, const auto& look) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)  // no sentence is longer; a page's script is
      if (line.size() < 2000)
        for (std::sregex_iterator at(line.begin(), line.end(), shape), end; at != end; ++at) look(*at);
  };
  for (const auto& t : told) {
    each(by_name, t.text, [&](const std::smatch& m) {
      facts.say(fmt::format("figure of {} against {} since {}", m.str(2), m.str(4), m.str(5)), m.str(3), t.where);
    });
    each(by_page, t.text, [&](const std::smatch& m) {
      facts.say(fmt::format("figure of {} against {} since {}", m.str(1), m.str(3), m.str(4)), m.str(2), t.where);
    });
    each(version, t.text, [&](const std::smatch& m) {
      if (!versions.contains(m.str(1))) facts.wrong(fmt::format("{} names version {}: \"{}\"", t.where, m.str(1), m.str(0)));
    });
  }
  return facts.found();
}

std::vector<Told> all_told(World& w, const std::string& version, const std::vector<std::pair<std::string, const FakeProgram*>>& receivers) {
  std::vector<Told> out;
  const auto release = "/api/v1/releases/" + version;
  for (const auto& view : {release, release + "/pages", release + "/communications", release + "/notes", release + "/retrospective"})
    if (const auto said = w.get(view); said.code == 200) gather(said.json(), "GET " + view, out);
  const auto reports = w.get(release + "/reports").json();
  for (const auto& report : reports.as_array()) {
    const auto checkpoint = text(report, "checkpoint");
    gather(report.at("body"), "report " + checkpoint, out);
    out.push_back({"report.md " + checkpoint, w.get(fmt::format("{}/reports/{}/report.md", release, checkpoint)).out});
  }
  for (const auto& words : {std::vector<std::string>{"release", "show", version},
                            {"release", "reports", version},
                            {"page", "list", version},
                            {"comms", "list", version},
                            {"retro", "show", version}})
    out.push_back({fmt::format("evenkeel {}", fmt::join(words, " ")), w.as("ada", words).out});
  for (const auto& path : {"/changelog/" + version, std::string("/status")}) out.push_back({path, w.get(path, "").out});
  for (const auto& [name, program] : receivers) gather(program->state(), name, out);
  return out;
}

void expect_agreement(World& w, const std::string& version, const std::set<std::string>& versions, const FakeProgram* pager,
                      const std::vector<std::pair<std::string, const FakeProgram*>>& receivers) {
  Facts facts;
  const auto release = "/api/v1/releases/" + version;
  const auto page = w.get(release).json();
  const auto pages = w.get(release + "/pages").json();
  std::set<std::string> services;
  for (const auto& c : page.at("components").as_array()) services.insert(text(c, "service"));
  ASSERT_FALSE(services.empty()) << page;
  auto all = receivers;
  if (pager) all.emplace_back("the pager", pager);
  const auto told = all_told(w, version, all);
  EXPECT_GT(told.size(), 30u) << "nothing was read";
  for (const auto& one : disagreements(told, services, versions)) ADD_FAILURE() << one;
  const auto reports = w.get(release + "/reports").json();
  for (const auto& report : reports.as_array()) look_at_report(w, version, report, pages, facts);
  if (pager) look_at_pages(pages, *pager, facts);
  look_at_outcome(w, version, page, facts);
  for (const auto& one : facts.found()) ADD_FAILURE() << one;
}

}  // namespace evenkeel::stories
