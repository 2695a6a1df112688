// What must fit together in an organisation's definitions.
#include "definitions/organisation.hpp"

#include <charconv>
#include <cmath>
#include <span>

#include "definitions/config.hpp"
#include "definitions/duplicates.hpp"
#include "definitions/gate_names.hpp"
#include "definitions/on_call.hpp"
#include "definitions/window_times.hpp"

namespace evenkeel::definitions {
namespace {

/// "20:30".
bool is_time_of_day(const std::string& text) {
  const auto digit = [&](std::size_t i, char most) { return text[i] >= '0' && text[i] <= most; };
  return text.size() == 5 && text[2] == ':' && digit(0, '2') && digit(1, text[0] == '2' ? '3' : '9') && digit(3, '5') && digit(4, '9');
}

template <class T>
std::vector<std::string> names_of(const std::vector<T>& all, auto&& name) {
  std::vector<std::string> out(all.size());
  std::transform(all.begin(), all.end(), out.begin(), name);
  return out;
}
bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// "en", "pt-BR", "zh-Hant": letters and digits in groups of at most eight, as in BCP 47.
bool is_locale(std::string_view tag) {
  std::size_t group = 0;
  for (const char c : tag) {
    if (c == '-' ? group < 2 : !std::isalnum(static_cast<unsigned char>(c)) || group == 8) return false;
    group = c == '-' ? 0 : group + 1;
  }
  return group >= 2;
}

/// The known word that was likely meant: letters small or large do not matter, and `prod` is short for `production`. Else all there are.
std::string nearest_of(const std::string& name, const std::vector<std::string>& known) {
  const auto small = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
  };
  auto near = json::nearest(name, known);
  for (const auto& k : known)
    if (near.empty() && name.size() >= 2 && (small(k).starts_with(small(name)) || small(name) == small(k))) near = k;
  if (!near.empty()) return "; did you mean '" + near + "'?";
  std::string all;
  for (std::size_t i = 0; i < known.size() && i < 12; ++i) all += (all.empty() ? "; known: " : ", ") + known[i];
  return all + (known.size() > 12 ? ", ..." : "");
}

/// Collects complaints with their paths.
class Checker {
 public:
  explicit Checker(const Organisation& o) : o_(o) {}
  std::vector<Complaint> complaints;

  void run() {
    if (o_.name.empty()) add("name", "the organisation needs a name");
    if (!is_zone(o_.zone)) add("zone", fmt::format("'{}' is not an IANA time zone; write one such as Europe/Berlin", o_.zone));
    person(o_.process.owner, "process.owner");
    complain_of_duplicates(json::to_value(o_), complaints);
    logins();
    people();
    areas();
    services();
    cycles();
    freezes();
    gates();
    channels();
    words();
    public_page();
    for (std::size_t i = 0; i < o_.on_call.size(); ++i) {
      const auto path = fmt::format("on_call[{}]", i);
      area(o_.on_call[i].area, path + ".area");
      person(o_.on_call[i].person, path + ".person");
      person(o_.on_call[i].deputy, path + ".deputy");
      for (std::size_t r = 0; r < o_.on_call[i].rota.size(); ++r) person(o_.on_call[i].rota[r], fmt::format("{}.rota[{}]", path, r));
      complain_of_rota(o_.on_call[i], path, complaints);
      connection(o_.on_call[i].pager, Ability::pager, path + ".pager");
    }
    voters(o_.go_no_go.quorum, "go_no_go.quorum");
    voters(o_.go_no_go.emergency_quorum, "go_no_go.emergency_quorum");
    testing_evidence();
    checklist(o_.release_checklist, "release_checklist");
    if (o_.validation.checkpoints.empty()) add("validation.checkpoints", "at least one checkpoint is needed, such as 15m");
    if (!std::is_sorted(o_.validation.checkpoints.begin(), o_.validation.checkpoints.end()))
      add("validation.checkpoints", "must grow: 15m, 30m, 1h, 24h");
  }

 private:
  void voters(const std::vector<Role>& roles, const std::string& path) {
    if (roles.empty()) add(path, "name at least one role: a go needs somebody's word");
    for (std::size_t i = 0; i < roles.size(); ++i)
      if (const auto r = roles[i]; r == Role::leadership || r == Role::auditor || r == Role::admin)
        add(fmt::format("{}[{}]", path, i), fmt::format("{} does not vote; name a role that works on releases", role_name(r)));
  }
  void add(std::string path, std::string message) { complaints.push_back({std::move(path), std::move(message)}); }
  template <class T>
  void named(const std::vector<T>& all, const std::string& section, auto&& key) {
    for (std::size_t i = 0; i < all.size(); ++i)
      if (key(all[i]).empty()) add(fmt::format("{}[{}]", section, i), "the name is empty");
  }
  void person(const std::string& login, const std::string& path) {
    if (login.empty() || find_person(o_, login)) return;
    const auto known = names_of(o_.people, [](const auto& p) { return p.login; });
    unknown("person", login, known, path);
  }
  void area(const std::string& name, const std::string& path) {
    if (name == "*" || find_area(o_, name)) return;
    const auto known = names_of(o_.areas, [](const auto& a) { return a.name; });
    unknown("area", name, known, path);
  }
  void service(const std::string& name, const std::string& path) {
    if (find_service(o_, name)) return;
    const auto known = names_of(o_.services, [](const auto& s) { return s.name; });
    unknown("service", name, known, path);
  }
  void environment(const std::string& name, const std::string& path) {
    const auto known = names_of(o_.environments, [](const auto& e) { return e.name; });
    if (!contains(known, name)) unknown("environment", name, known, path);
  }
  void connection(const std::string& name, Ability needed, const std::string& path) {
    if (name.empty()) return;
    const auto* c = find_connection(o_, name);
    if (!c) {
      const auto known = names_of(o_.connections, [](const auto& k) { return k.name; });
      unknown("connection", name, known, path);
    } else if (!is_able_to(*c, needed))
      add(path, fmt::format("connection '{}' is of kind {}, {} is needed here", name, c->kind, capabilities::kinds_able_to(needed)));
  }
  void unknown(const char* what, const std::string& name, const std::vector<std::string>& known, const std::string& path) {
    add(path, fmt::format("there is no {} '{}'{}", what, name, nearest_of(name, known)));
  }

  void testing_evidence() {
    const std::vector<std::string> known{std::begin(test_kinds), std::end(test_kinds)};
    const auto& wanted = o_.go_no_go.testing_evidence;
    if (wanted.empty()) add("go_no_go.testing_evidence", fmt::format("name at least one of {}", fmt::join(known, ", ")));
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!contains(known, wanted[i])) {
        const auto near = json::nearest(wanted[i], known);
        add(fmt::format("go_no_go.testing_evidence[{}]", i),
            fmt::format("there is no evidence '{}'{}; known are {}", wanted[i], near.empty() ? "" : "; did you mean '" + near + "'?",
                        fmt::join(known, ", ")));
      }
  }
  void people() {
    named(o_.people, "people", [](const auto& p) -> const std::string& { return p.login; });
    for (std::size_t i = 0; i < o_.people.size(); ++i)
      for (std::size_t g = 0; g < o_.people[i].roles.size(); ++g)
        for (const auto& name : o_.people[i].roles[g].areas) area(name, fmt::format("people[{}].roles[{}].areas", i, g));
  }
  /// A login or alias belongs to one person, a name or alias to one area, one service: who answers to two of them is nobody.
  void logins() {
    one_name(o_.people, "people", [](const auto& p) -> const std::string& { return p.login; });
    one_name(o_.areas, "areas", [](const auto& a) -> const std::string& { return a.name; });
    one_name(o_.services, "services", [](const auto& s) -> const std::string& { return s.name; });
  }
  template <class T>
  void one_name(const std::vector<T>& all, const std::string& section, auto&& name) {
    std::map<std::string, std::size_t> whose;
    for (std::size_t i = 0; i < all.size(); ++i) whose.emplace(name(all[i]), i);
    for (std::size_t i = 0; i < all.size(); ++i)
      for (const auto& alias : all[i].aliases)
        if (const auto [other, fresh] = whose.emplace(alias, i); !fresh && other->second != i)
          add(fmt::format("{}[{}].aliases", section, i), fmt::format("'{}' is {}[{}] already", alias, section, other->second));
  }
  void areas() {
    named(o_.areas, "areas", [](const auto& a) -> const std::string& { return a.name; });
    named(o_.environments, "environments", [](const auto& e) -> const std::string& { return e.name; });
    for (std::size_t i = 0; i < o_.areas.size(); ++i) {
      const auto& a = o_.areas[i];
      person(a.coordinator, fmt::format("areas[{}].coordinator", i));
      chat_channel(a.chat, fmt::format("areas[{}].chat", i));
      if (const auto most = o_.process.longest_window; most > Millis{0} && a.longest_window > most)
        add(fmt::format("areas[{}].longest_window", i),
            fmt::format("longer than `process.longest_window` ({}), which holds in every area", to_words(most)));
    }
    if (!o_.services.empty() && !production(o_)) add("environments", "one environment needs `production: true`");
  }
  void services() {
    named(o_.services, "services", [](const auto& s) -> const std::string& { return s.name; });
    for (std::size_t i = 0; i < o_.services.size(); ++i) {
      const auto& s = o_.services[i];
      const auto path = fmt::format("services[{}]", i);
      area(s.area, path + ".area");
      person(s.owner, path + ".owner");
      person(s.deputy, path + ".deputy");
      for (std::size_t d = 0; d < s.depends_on.size(); ++d) {
        service(s.depends_on[d].service, fmt::format("{}.depends_on[{}].service", path, d));
        if (!(s.depends_on[d].share > 0 && s.depends_on[d].share <= 1))
          add(fmt::format("{}.depends_on[{}].share", path, d), "must be above 0 and at most 1");
      }
      steps(s.deploy, path + ".deploy");
      steps(s.rollback, path + ".rollback");
      steps(s.verify_version, path + ".verify_version");
      if (!s.health.criteria.empty())
        for (auto& c : health::complaints_of(s.health)) add(path + ".health." + c.field, c.message);
      if (s.automatic_rollback.value_or(false) && s.health.calibrate.by.empty())
        add(path + ".automatic_rollback",
            "an uncalibrated verdict never rolls back by itself; say in health how hosts are told apart: calibrate: {by: instance}");
      for (std::size_t c = 0; c < s.health.criteria.size(); ++c)
        source(s.health.criteria[c], fmt::format("{}.health.criteria[{}]", path, c));
      connection(s.alerts.connection, Ability::alert_source, path + ".alerts.connection");
      if (s.alerts.labels.empty() && (s.alerts.recommends_rollback || !s.alerts.connection.empty()))
        add(path + ".alerts.labels", "name at least one label that the service's alerts carry, such as {service: " + s.name + "}");
      checklist(s.checklist, path + ".checklist");
    }
  }
  /// A histogram needs series with labels, which neither a list of values nor a table has.
  void source(const health::Criterion& c, const std::string& path) {
    const auto* from = find_connection(o_, c.queries.source);
    if (!from) return;  // said when it is asked
    if (!is_able_to(*from, Ability::metric_source))
      add(path + ".queries.source", fmt::format("connection '{}' is of kind {}, which measures nothing; a source is of kind {}", from->name,
                                                from->kind, capabilities::kinds_able_to(Ability::metric_source)));
    else if (c.kind == health::MetricKind::latency && !is_able_to(*from, Ability::histograms))
      add(path + ".kind", fmt::format("connection '{}' is of kind {} and has no histograms; judge a percentile as `kind: absolute` with "
                                      "`gauge` and `limit`, or count slow requests as `kind: rate`",
                                      from->name, from->kind));
  }
  void steps(const std::vector<steps::StepSpec>& list, const std::string& path) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto at = fmt::format("{}[{}]", path, i);
      steps::complaints_of(list[i], at, complaints);
      person(list[i].owner, at + ".owner");
      person(list[i].deputy, at + ".deputy");
      if (list[i].kind == steps::StepKind::flag) connection(list[i].platform, Ability::flag_switch, at + ".platform");
    }
  }
  void checklist(const std::vector<ChecklistItemDef>& items, const std::string& path) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto at = fmt::format("{}[{}]", path, i);
      person(items[i].owner, at + ".owner");
      if (!items[i].command.empty() && !items[i].url.empty()) add(at + ".command", "an item checks one thing: `command` or `url`");
      if (!items[i].command.empty() && items[i].command.front().empty()) add(at + ".command", "the program's name is empty");
      if (!items[i].url.empty() && !items[i].url.starts_with("http://") && !items[i].url.starts_with("https://") &&
          !items[i].url.starts_with("${"))
        add(at + ".url", fmt::format("'{}' is no http or https address", items[i].url));
    }
  }
  /// Depth first over depends_on; a cycle is refused with its path.
  void cycles() {
    std::map<std::string, int> state;
    std::vector<std::string> path;
    std::function<bool(const ServiceDef&)> visit = [&](const ServiceDef& s) {
      state[s.name] = 1;
      path.push_back(s.name);
      for (const auto& d : s.depends_on) {
        const auto* next = find_service(o_, d.service);
        if (!next || state[next->name] == 2) continue;
        if (state[next->name] == 1) {
          std::string text;
          for (auto it = std::find(path.begin(), path.end(), next->name); it != path.end(); ++it) text += *it + " -> ";
          add("services", "the dependencies form a cycle: " + text + next->name);
          return true;
        }
        if (visit(*next)) return true;
      }
      path.pop_back();
      state[s.name] = 2;
      return false;
    };
    for (const auto& s : o_.services)
      if (state[s.name] == 0 && visit(s)) return;
  }
  void freezes() {
    named(o_.freezes, "freezes", [](const auto& f) -> const std::string& { return f.name; });
    for (std::size_t i = 0; i < o_.freezes.size(); ++i) {
      const auto& f = o_.freezes[i];
      const auto path = fmt::format("freezes[{}]", i);
      person(f.owner, path + ".owner");
      for (const auto& a : f.areas) area(a, path + ".areas");
      for (const auto& s : f.services) service(s, path + ".services");
      for (const auto& e : f.environments) environment(e, path + ".environments");
      if (f.exception_roles.empty())
        add(path + ".exception_roles", "nobody could approve an exception; leave it out for risk_manager, or name a role");
      complain_of_times(f, path, complaints);
    }
  }
  void gates() {
    for (std::size_t i = 0; i < o_.gates.size(); ++i) {
      const auto path = fmt::format("gates[{}]", i);
      if (std::find(std::begin(gate_names), std::end(gate_names), o_.gates[i].name) == std::end(gate_names))
        unknown("gate", o_.gates[i].name, {std::begin(gate_names), std::end(gate_names)}, path + ".name");
      for (const auto& name : o_.gates[i].areas) area(name, path + ".areas");
    }
  }
  std::vector<std::string> channel_names() const {
    return names_of(o_.channels, [](const auto& c) { return c.name; });
  }
  void chat_channel(const std::string& name, const std::string& path) {
    if (name.empty()) return;
    const auto* c = find_channel(o_, name);
    if (!c)
      unknown("channel", name, channel_names(), path);
    else if (c->kind != ChannelKind::chat)
      add(path, fmt::format("channel '{}' is of kind {}; one of kind chat is needed here", name, json::enum_text(c->kind)));
  }
  void notices_go_over(const ChannelDef& c, const std::string& path, const char* kinds) {
    if (c.kind != ChannelKind::smtp && c.kind != ChannelKind::webhook && c.kind != ChannelKind::chat)
      add(path, fmt::format("this goes over {} channels", kinds));
  }
  void takes_notices(const std::string& list, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto* c = find_channel(o_, names[i]);
      const auto path = fmt::format("{}[{}]", list, i);
      if (!c)
        unknown("channel", names[i], channel_names(), path);
      else
        notices_go_over(*c, path, "smtp, webhook or chat");
    }
  }
  /// A git channel takes either changelogs or checkpoints: the two would write over each other.
  bool takes_checkpoints(const ChannelDef& c) const {
    return c.kind == ChannelKind::git && contains(o_.record.checkpoint_channels, c.name);
  }
  void checkpoint_receivers() {
    const auto& r = o_.record;
    for (std::size_t i = 0; i < r.checkpoint_channels.size(); ++i) {
      const auto* c = find_channel(o_, r.checkpoint_channels[i]);
      const auto path = fmt::format("record.checkpoint_channels[{}]", i);
      if (!c)
        unknown("channel", r.checkpoint_channels[i], channel_names(), path);
      else if (c->kind != ChannelKind::git)
        notices_go_over(*c, path, "smtp, webhook, chat or git");
      else if (c->file == ChannelDef{}.file)
        add(path,
            fmt::format("give channel '{}' a `file` of its own, such as checkpoints.txt: each checkpoint is appended to it", c->name));
      else if (c->path.starts_with("file://"))
        add(path, fmt::format("write the `path` of channel '{}' without file://", c->name));
    }
  }
  void escalation(const EscalationDef& e) {
    if (e.quiet_from.empty() != e.quiet_until.empty()) add("escalation", "quiet hours have both `quiet_from` and `quiet_until`");
    for (const auto& [name, text] : {std::pair{"quiet_from", e.quiet_from}, {"quiet_until", e.quiet_until}})
      if (!text.empty() && !is_time_of_day(text))
        add(fmt::format("escalation.{}", name), fmt::format("'{}' is no time such as 20:00", text));
    if (e.remind_after < std::chrono::minutes{1}) add("escalation.remind_after", "at least 1m");
    if (e.escalate_after < e.remind_after) add("escalation.escalate_after", "not before the reminder");
    if (e.mail && !find_connection(o_, Ability::mail))
      add("escalation.mail", "no mail server is connected: add one of kind smtp to `connections`");
  }
  void channels() {
    named(o_.channels, "channels", [](const auto& c) -> const std::string& { return c.name; });
    named(o_.connections, "connections", [](const auto& c) -> const std::string& { return c.name; });
    named(o_.audiences, "audiences", [](const auto& a) -> const std::string& { return a.name; });
    for (std::size_t i = 0; i < o_.audiences.size(); ++i) {
      const auto& a = o_.audiences[i];
      for (const auto& name : a.channels) {
        const auto* c = find_channel(o_, name);
        if (!c)
          unknown("channel", name, channel_names(), fmt::format("audiences[{}].channels", i));
        else if (takes_checkpoints(*c))
          add(fmt::format("audiences[{}].channels", i), fmt::format("'{}' takes checkpoints of the ledger, not words", name));
      }
      for (const auto& name : a.status) {
        const auto* c = find_channel(o_, name);
        if (!c || (c->kind != ChannelKind::smtp && c->kind != ChannelKind::chat && c->kind != ChannelKind::webhook))
          add(fmt::format("audiences[{}].status", i), fmt::format("'{}' is no channel of kind smtp, chat or webhook", name));
        else if (c->kind == ChannelKind::smtp && c->to.empty())
          add(fmt::format("audiences[{}].status", i),
              fmt::format("'{}' has no addresses of its own; subscribers asked for releases", name));
      }
      for (const auto& name : a.after)
        if (name == a.name || std::ranges::find(o_.audiences, name, &AudienceDef::name) == o_.audiences.end())
          add(fmt::format("audiences[{}].after", i), fmt::format("there is no other audience '{}'", name));
    }
    for (std::size_t i = 0; i < o_.channels.size(); ++i) {
      const auto& c = o_.channels[i];
      const auto path = fmt::format("channels[{}]", i);
      if (c.kind == ChannelKind::smtp && c.to.empty() && !c.subscribers)
        add(path + ".to", "an smtp channel needs `to`: addresses, or `subscribers: true`");
      if (c.subscribers && c.kind != ChannelKind::smtp) add(path + ".subscribers", "only an smtp channel has subscribers");
      if (c.kind == ChannelKind::docs && c.path.empty())
        add(path + ".path", "a docs channel needs `path`: the folder, or a git repository");
      if (c.kind == ChannelKind::docs && c.format != "markdown" && c.format != "html")
        add(path + ".format", "a docs channel writes markdown or html");
      if (c.kind == ChannelKind::docs || c.kind == ChannelKind::chat)
        connection(c.connection, c.kind == ChannelKind::docs ? Ability::change_host : Ability::chat, path + ".connection");
      else if (!c.connection.empty())
        add(path + ".connection", "only a docs or chat channel goes through a connection");
      if (c.kind == ChannelKind::smtp && !find_connection(o_, Ability::mail)) add(path, "an smtp channel needs a connection of kind smtp");
      if ((c.kind == ChannelKind::file || c.kind == ChannelKind::git) && c.path.empty())
        add(path + ".path", "a file or git channel needs `path`");
      if (c.kind == ChannelKind::git && (c.file.empty() || c.file.starts_with('/') || ("/" + c.file + "/").contains("/../")))
        add(path + ".file", fmt::format("'{}' is no place inside a repository", c.file));
      if (!c.locale.empty() && c.kind != ChannelKind::smtp) add(path + ".locale", "only an smtp channel has a language of its own");
      if (!c.locale.empty() && !contains(o_.words.locales, c.locale))
        add(path + ".locale", fmt::format("'{}' is none of words.locales", c.locale));
      if (!c.service.empty() && c.kind != ChannelKind::file && c.kind != ChannelKind::git)
        add(path + ".service", "only a file or git channel is the changelog of one component");
      if (!c.service.empty()) service(c.service, path + ".service");
      if ((c.kind == ChannelKind::webhook || c.kind == ChannelKind::chat) && c.url.empty() && c.connection.empty())
        add(path + ".url", "a webhook or chat channel needs `url`");
      if (!c.url.empty() && !c.connection.empty()) add(path + ".url", "the address is that of `connection`; leave one of them out");
      if (c.kind == ChannelKind::chat && !c.url.empty() && !c.url.starts_with("${env:") && !c.url.starts_with("${file:"))
        add(path + ".url",
            "who knows the address of a chat can post there: write ${env:NAME} or ${file:PATH}; it never stands in this file");
      no_password_in(c.url, path + ".url");
      no_password_in(c.path, path + ".path");
      if (!c.secret.empty() && !c.secret.starts_with("${"))
        add(path + ".secret", "write ${env:NAME} or ${file:PATH}; the secret itself never stands in this file");
    }
    takes_notices("delivery_report_channels", o_.delivery_report_channels);
    checkpoint_receivers();
    for (const auto& [name, value] : {std::pair{"checkpoint_every", o_.record.checkpoint_every},
                                      {"keep_jobs", o_.record.keep_jobs},
                                      {"keep_step_outputs", o_.record.keep_step_outputs},
                                      {"keep_samples", o_.record.keep_samples}})
      if (value < std::chrono::hours{1}) add(fmt::format("record.{}", name), "at least 1h");
    escalation(o_.escalation);
    for (std::size_t i = 0; i < o_.connections.size(); ++i) {
      const auto& c = o_.connections[i];
      const auto path = fmt::format("connections[{}]", i);
      for (const auto* key : {"secret", "hook_secret"})
        if (const auto text = c.text(key); !text.empty() && !text.starts_with("${"))
          add(fmt::format("{}.{}", path, key), "write ${env:NAME} or ${file:PATH}; the secret itself never stands in this file");
      no_password_in(c.text("url"), path + ".url");
      if (const auto* kind = capabilities::find_kind(c.kind)) kind->check(c, path, complaints);
    }
  }
  void no_password_in(const std::string& url, const std::string& path) {
    for (auto scheme = url.find("://"); scheme != std::string::npos; scheme = url.find("://", scheme + 3)) {
      const auto host = std::string_view(url).substr(scheme + 3);
      const auto at = host.substr(0, host.find_first_of("/?#, \t\n")).rfind('@');
      if (at != std::string_view::npos && host.find(':') < at)
        add(path, "a password in an address is read by everybody who reads the definitions: write it under `secret`, as ${env:NAME}");
    }
  }
  /// Texts that are published hold the known variables and nothing else: no secret gets into them by a slip.
  void words() {
    const auto& w = o_.words;
    const auto holds = [&](const std::string& in, const std::string& path, std::span<const std::string_view> variables) {
      for (std::size_t at = 0; (at = in.find("${", at)) != std::string::npos; ++at) {
        const auto name = std::string_view(in).substr(at + 2, in.find('}', at) - at - 2);
        if (std::find(variables.begin(), variables.end(), name) == variables.end())
          add(path, fmt::format("there is no variable '{}'; known are {}", name, fmt::join(variables, ", ")));
      }
    };
    const auto text = [&](const std::string& in, const std::string& path) { holds(in, path, word_variables); };
    for (std::size_t i = 0; i < w.status.size(); ++i) {
      const auto& s = w.status[i];
      const auto path = fmt::format("words.status[{}]", i);
      // People outside are not told what an incident is called inside.
      const std::span<const std::string_view> all{status_variables};
      const auto known = s.audience == AudienceKind::internal ? all : all.first(all.size() - 1);
      holds(s.subject, path + ".subject", known);
      holds(s.body, path + ".body", known);
      if (s.subject.find('\n') != std::string::npos) add(path + ".subject", "a subject is one line");
    }
    text(w.taken_back, "words.taken_back");
    text(w.insiders_rollback, "words.insiders_rollback");
    text(w.insiders_withdrawal, "words.insiders_withdrawal");
    named(w.jargon, "words.jargon", [](const auto& j) -> const std::string& { return j.word; });
    if (w.locales.empty()) add("words.locales", "name at least the locale that notes are written in, such as en");
    for (std::size_t i = 0; i < w.locales.size(); ++i)
      if (!is_locale(w.locales[i]))
        add(fmt::format("words.locales[{}]", i), fmt::format("'{}' is no language tag; write one such as en or pt-BR", w.locales[i]));
    const auto* model = w.drafting.empty() ? nullptr : find_connection(o_, w.drafting);
    if (!w.drafting.empty() && (!model || !is_able_to(*model, Ability::text_model)))
      add("words.drafting",
          fmt::format("there is no connection '{}' of kind {}", w.drafting, capabilities::kinds_able_to(Ability::text_model)));
    if (model && model->text("model").empty()) add("words.drafting", fmt::format("connection '{}' names no model", w.drafting));
  }

  /// Text in these colours must be readable on every ground of the page.
  void public_page() {
    const auto& p = o_.public_page;
    const auto colour = [&](const std::string& value, const char* path, std::initializer_list<const char*> grounds) {
      if (value.empty()) return;
      if (!contrast(value, "#ffffff")) return add(path, fmt::format("'{}' is no colour; write one such as \"#2456d6\"", value));
      for (const auto* ground : grounds)
        if (const auto found = *contrast(value, ground); found < 4.5)
          return add(path, fmt::format("{} on {} has a contrast of {:.1f} to 1; text needs 4.5 (WCAG 2.2, 1.4.3)", value, ground, found));
    };
    colour(p.accent, "public_page.accent", {"#ffffff", "#f6f7f9"});
    colour(p.accent_dark, "public_page.accent_dark", {"#14191f", "#0d1015"});
    if (!p.logo.empty() && !p.logo.starts_with("/changelog/images/"))
      add("public_page.logo", "add the image with `evenkeel image add FILE` and write the address that it says: /changelog/images/...");
    if (!p.home.empty() && !p.home.starts_with("https://") && !p.home.starts_with("http://"))
      add("public_page.home", "write a whole address, such as https://www.example.org");
  }

  const Organisation& o_;
};

/// Relative luminance of "#rrggbb" (WCAG 2.2).
std::optional<double> luminance(std::string_view colour) {
  if (colour.size() != 7 || colour[0] != '#') return {};
  double out = 0;
  for (const auto& [at, weight] : {std::pair{1, 0.2126}, {3, 0.7152}, {5, 0.0722}}) {
    unsigned value = 0;
    const auto* first = colour.data() + at;
    if (const auto [end, ec] = std::from_chars(first, first + 2, value, 16); ec != std::errc{} || end != first + 2) return {};
    const double c = value / 255.0;
    out += weight * (c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
  }
  return out;
}

}  // namespace

std::optional<double> contrast(std::string_view one, std::string_view other) {
  const auto a = luminance(one), b = luminance(other);
  if (!a || !b) return {};
  return (std::max(*a, *b) + 0.05) / (std::min(*a, *b) + 0.05);
}

std::vector<Complaint> complaints_of(const Organisation& organisation) {
  Checker checker{organisation};
  checker.run();
  return std::move(checker.complaints);
}

}  // namespace evenkeel::definitions
