#include "health/adopt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/json.hpp"
#include "base/yaml_documents.hpp"

namespace evenkeel::health {
namespace {

std::string text(const json::Value* v) { return v && v->is_string() ? std::string(v->get_string()) : ""; }
const json::Value* member(const json::Value* v, std::string_view name) {
  return v && v->is_object() ? v->get_object().if_contains(name) : nullptr;
}

void replace_all(std::string& in, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = in.find(what, at)) != std::string::npos; at += with.size()) in.replace(at, what.size(), with);
}

/// What no foreign configuration says, said openly.
void declare_gaps(Adopted& a) {
  if (std::none_of(a.set.criteria.begin(), a.set.criteria.end(), [](const Criterion& c) { return c.critical; }))
    a.not_carried_over.emplace_back(
        "nothing here is critical, so nothing could stop a release: give one criterion counts or a limit, and critical: true");
  const auto covered = [&](MetricKind k) {
    return std::any_of(a.set.criteria.begin(), a.set.criteria.end(), [&](const Criterion& c) { return c.kind == k; });
  };
  const char* because = "it was not among the adopted rules; add one";
  const bool errors = covered(MetricKind::rate) || covered(MetricKind::slo_burn) ||
                      std::any_of(a.set.criteria.begin(), a.set.criteria.end(),
                                  [](const Criterion& c) { return c.kind == MetricKind::absolute && !c.queries.total.empty(); });
  if (!errors) a.set.not_applicable.push_back({Coverage::error_rate, because});
  if (!covered(MetricKind::latency)) a.set.not_applicable.push_back({Coverage::latency, because});
  if (!covered(MetricKind::business)) a.set.not_applicable.push_back({Coverage::business, because});
}

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':'; }

/// Words of PromQL that are no metric.
bool is_keyword(std::string_view word) {
  static constexpr std::string_view words[] = {"by", "without", "on",    "ignoring", "group_left", "group_right", "offset", "bool",  "and",
                                               "or", "unless",  "atan2", "inf",      "Inf",        "nan",         "NaN",    "start", "end"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// Each selector needs $side to tell canary from control: it is put first between the braces, and behind a name that has none. What stands
/// in quotes, brackets and label lists is left alone.
std::string with_side(const std::string& query) {
  if (query.find("$side") != std::string::npos) return query;
  std::string out;
  const auto next_of = [&](std::size_t at) {
    while (at < query.size() && std::isspace(static_cast<unsigned char>(query[at]))) ++at;
    return at;
  };
  const auto copy_to = [&](std::size_t from, char end) {  // up to and with `end`; quotes are skipped
    char quote = 0;
    for (; from < query.size(); ++from) {
      const char c = query[from];
      out += c;
      if (quote != 0 && c == '\\' && from + 1 < query.size())
        out += query[++from];
      else if (quote != 0)
        quote = c == quote ? char(0) : quote;
      else if (c == '"' || c == '\'' || c == '`')
        quote = c;
      else if (c == end)
        return from + 1;
    }
    return from;
  };
  for (std::size_t at = 0; at < query.size();) {
    const char c = query[at];
    if (c == '"' || c == '\'' || c == '`') {  // an argument of label_replace() and the like
      auto end = at + 1;
      while (end < query.size() && query[end] != c) end += query[end] == '\\' && c != '`' ? 2 : 1;
      end = std::min(end + 1, query.size());
      out += query.substr(at, end - at);
      at = end;
    } else if (c == '{') {
      const auto first = next_of(at + 1);
      out += first < query.size() && query[first] == '}' ? "{$side" : "{$side, ";
      at = copy_to(first, '}');
    } else if (c == '[') {
      at = copy_to(at, ']');
    } else if (std::isdigit(static_cast<unsigned char>(c))) {
      for (; at < query.size() && (is_name(query[at]) || query[at] == '.'); ++at) out += query[at];
    } else if (is_name(c)) {
      std::string word;
      for (; at < query.size() && is_name(query[at]); ++at) word += query[at];
      out += word;
      const auto next = next_of(at);
      const char follows = next < query.size() ? query[next] : char(0);
      auto end = next;
      while (end < query.size() && is_name(query[end])) ++end;
      const auto following = query.substr(next, end - next);
      const bool aggregates = following == "by" || following == "without";  // "sum by (job) (...)"
      if (is_keyword(word)) {
        if (follows == '(') at = copy_to(at, ')');
      } else if (!aggregates && follows != '(' && follows != '{')
        out += "{$side}";
    } else {
      out += c, ++at;
    }
  }
  return out;
}

/// The counter inside of "sum(rate(x{...}[5m]))", which is differenced here; the query itself when it is a plain selector. None when it is
/// more than that.
std::optional<std::string> counter_of(std::string query) {
  const auto trim = [&] {
    while (!query.empty() && std::isspace(static_cast<unsigned char>(query.back()))) query.pop_back();
    std::size_t from = 0;
    while (from < query.size() && std::isspace(static_cast<unsigned char>(query[from]))) ++from;
    query.erase(0, from);
  };
  for (bool stripped = true; stripped;) {
    stripped = false;
    trim();
    for (const std::string_view outer : {"sum(", "rate(", "increase(", "irate(", "("})
      if (query.starts_with(outer) && query.ends_with(')')) {
        query = query.substr(outer.size(), query.size() - outer.size() - 1);
        stripped = true;
        break;
      }
  }
  if (const auto open = query.rfind('['); query.ends_with(']') && open != std::string::npos) query.erase(open);
  trim();
  std::size_t at = 0;
  while (at < query.size() && is_name(query[at])) ++at;
  if (query.empty() || (at < query.size() && query[at] != '{')) return std::nullopt;
  if (at < query.size() && (!query.ends_with('}') || std::count(query.begin(), query.end(), '{') != 1)) return std::nullopt;
  return query;
}

/// "result[0] >= 0.95": operator and number; none when the condition says more than that.
struct Bound {
  std::string op;
  double number = 0;
};
std::optional<Bound> bound_of(std::string condition) {
  std::erase_if(condition, [](unsigned char c) { return std::isspace(c) != 0; });
  for (const std::string_view start : {"result[0]", "result"}) {
    if (!condition.starts_with(start)) continue;
    const auto rest = condition.substr(start.size());
    for (const std::string_view op : {">=", "<=", ">", "<"}) {
      if (!rest.starts_with(op)) continue;
      Bound b{std::string(op), 0};
      const auto* end = rest.data() + rest.size();
      const auto [p, ec] = std::from_chars(rest.data() + op.size(), end, b.number);
      if (ec == std::errc{} && p == end) return b;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

/// What else a map says, so that nothing of it is passed over.
std::vector<std::string> keys_but(const YAML::Node& map, std::initializer_list<std::string_view> known) {
  std::vector<std::string> out;
  if (!map || !map.IsMap()) return out;
  for (const auto& pair : map)
    if (pair.first.IsScalar() && std::find(known.begin(), known.end(), pair.first.Scalar()) == known.end())
      out.push_back(pair.first.Scalar());
  return out;
}

/// Success is exactly what is no failure, so that one limit says both.
bool are_opposite(const Bound& failure, const std::optional<Bound>& success) {
  static const std::map<std::string, std::string> opposite{{"<", ">="}, {"<=", ">"}, {">", "<="}, {">=", "<"}};
  return success && success->number == failure.number && success->op == opposite.at(failure.op);
}

}  // namespace

Result<Adopted> adopt_kayenta(std::string_view in) {
  const auto value = TRY(json::parse(in));
  const auto* metrics = member(&value, "metrics");
  if (!metrics || !metrics->is_array()) return invalid("not a Kayenta canary configuration: it has no list of metrics", "metrics");
  Adopted a;
  a.set.name = text(member(&value, "name"));
  std::size_t i = 0;
  for (const auto& m : metrics->get_array()) {
    const auto at = fmt::format("metrics[{}] ({})", i++, text(member(&m, "name")));
    const auto* query = member(&m, "query");
    const auto type = text(member(query, "type"));
    if (type != "prometheus") {
      a.not_carried_over.push_back(fmt::format("{}: a query of type {}; only prometheus is read", at, type.empty() ? "unknown" : type));
      continue;
    }
    auto selector = text(member(query, "customInlineTemplate"));
    if (selector.starts_with("PromQL:")) selector = selector.substr(7);
    if (selector.empty()) selector = text(member(query, "metricName"));
    for (const char* scope : {"${scope}", "${location}", "${namespace}"})
      if (selector.find(scope) != std::string::npos)
        a.not_carried_over.push_back(fmt::format("{}: {} in the query; write the label it stood for", at, scope)),
            replace_all(selector, scope, "");
    Criterion c{.name = text(member(&m, "name")), .kind = MetricKind::gauge, .critical = false};
    c.queries.gauge = with_side(selector);
    const auto* rules = member(member(&m, "analysisConfigurations"), "canary");
    if (text(member(rules, "direction")) == "decrease") c.direction = Direction::decrease;
    const auto* critical = member(rules, "critical");
    if (critical && critical->is_bool() && critical->get_bool())
      a.not_carried_over.push_back(
          fmt::format("{}: critical; Kayenta compares its values as a gauge, which is shown here until 59 earlier windows are known. Give "
                      "total and events "
                      "(or buckets) to judge counts, and make it critical",
                      at));
    const auto* effect = member(rules, "effectSize");
    if (const auto* r = member(effect, "allowedIncrease"); r && r->is_number() && text(member(effect, "measure")) != "cles") {
      if (const double ratio = r->to_number<double>(); ratio >= 1 && ratio <= 10) c.tolerated_ratio = ratio;
    }
    if (effect && effect->is_object())
      for (const auto& [name, value] : effect->get_object())
        if (name != "allowedIncrease" && name != "measure")
          a.not_carried_over.push_back(fmt::format("{}: effectSize.{}; one tolerated ratio decides here", at, std::string_view(name)));
    if (text(member(effect, "measure")) == "cles") a.not_carried_over.push_back(at + ": effectSize by cles; it is no ratio");
    if (text(member(rules, "direction")) == "either") a.not_carried_over.push_back(at + ": direction either; a rise is what counts here");
    for (const char* name : {"nanStrategy", "outliers", "mustHaveData"})
      if (member(rules, name))
        a.not_carried_over.push_back(fmt::format("{}: {}; missing samples are missing here, and nothing is cut away", at, name));
    if (text(member(query, "customFilterTemplate")).size() + text(member(query, "customFilter")).size() > 0)
      a.not_carried_over.push_back(at + ": its filter template; put its labels into the query");
    a.set.criteria.push_back(std::move(c));
  }
  if (const auto* classifier = member(&value, "classifier"); classifier && classifier->is_object())
    a.not_carried_over.emplace_back(
        "classifier: group weights and score thresholds; there is no score here, each critical criterion decides");
  declare_gaps(a);
  return a;
}

Result<Adopted> adopt_argo(std::string_view in) {
  Adopted a;
  bool seen = false;
  const auto all = TRY(yaml_documents(in));
  for (const auto& doc : all) {
    const auto kind = text_at(doc, "kind");
    if (kind != "AnalysisTemplate" && kind != "ClusterAnalysisTemplate") continue;
    seen = true;
    if (doc["metadata"]) a.set.name = text_at(doc["metadata"], "name");
    const auto metrics = doc["spec"] ? doc["spec"]["metrics"] : YAML::Node();
    for (const auto& key : keys_but(member_of(doc, "spec"), {"metrics", "args"})) a.not_carried_over.push_back("spec: " + key);
    for (std::size_t i = 0; metrics && i < metrics.size(); ++i) {
      const auto m = metrics[i];
      const auto at = fmt::format("metrics[{}] ({})", i, text_at(m, "name"));
      const auto provider = m["provider"];
      auto query = provider && provider["prometheus"] ? text_at(provider["prometheus"], "query") : std::string();
      if (query.empty()) {
        a.not_carried_over.push_back(at + ": its provider is not prometheus");
        continue;
      }
      const auto failure = text_at(m, "failureCondition"), success = text_at(m, "successCondition");
      auto bound = bound_of(failure.empty() ? success : failure);
      if (!bound) {
        a.not_carried_over.push_back(
            fmt::format("{}: the condition `{}` is not a plain limit on result[0]", at, failure.empty() ? success : failure));
        continue;
      }
      if (!failure.empty() && !success.empty() && !are_opposite(*bound, bound_of(success)))
        a.not_carried_over.push_back(fmt::format(
            "{}: the successCondition `{}`; the failureCondition is the limit here, and what lies between the two is not judged", at,
            success));
      const bool bad_above = (bound->op[0] == '>') == !failure.empty();
      while (!query.empty() && std::isspace(static_cast<unsigned char>(query.back()))) query.pop_back();
      for (std::size_t open; (open = query.find("{{")) != std::string::npos;) {
        const auto close = query.find("}}", open);
        if (close == std::string::npos) break;
        const auto arg = query.substr(open + 2, close - open - 2);
        const bool service = arg.find("service") != std::string::npos;
        query.replace(open, close + 2 - open, service ? "$service" : "");
        if (!service) a.not_carried_over.push_back(fmt::format("{}: the argument {}", at, arg));
      }
      Criterion c{.name = text_at(m, "name"), .kind = MetricKind::absolute, .limit = bound->number};
      if (!bad_above) c.direction = Direction::decrease;  // the limit is the least accepted value
      c.queries.gauge = with_side(query);
      if (query.find('(') != std::string::npos)
        a.not_carried_over.push_back(at + ": that it counts: it is read as a value; total and events would be judged by how many they are");
      for (const auto& key : keys_but(m, {"name", "provider", "interval", "successCondition", "failureCondition"})) {
        static const std::set<std::string> rules{
            "count", "failureLimit", "inconclusiveLimit", "consecutiveErrorLimit", "consecutiveSuccessLimit", "initialDelay"};
        if (!rules.contains(key)) a.not_carried_over.push_back(fmt::format("{}: {}", at, key));
      }
      for (const auto& key : keys_but(m["provider"]["prometheus"], {"query"}))
        a.not_carried_over.push_back(fmt::format("{}: its prometheus {}; say it once, as a connection", at, key));
      for (const char* rule :
           {"count", "failureLimit", "inconclusiveLimit", "consecutiveErrorLimit", "consecutiveSuccessLimit", "initialDelay"})
        if (m[rule]) a.not_carried_over.push_back(fmt::format("{}: {}; a limit must be broken in consecutive intervals here", at, rule));
      if (const auto interval = text_at(m, "interval"); !interval.empty())
        if (const auto d = parse_duration(interval); d && *d >= std::chrono::seconds{1})
          a.set.interval_seconds = int(std::chrono::duration_cast<std::chrono::seconds>(*d).count());
      a.set.criteria.push_back(std::move(c));
    }
  }
  if (!seen) return invalid("no document of kind AnalysisTemplate or ClusterAnalysisTemplate", "kind");
  declare_gaps(a);
  return a;
}

namespace {

using Documents = std::map<std::string, YAML::Node>;

/// The documents of this kind by name: what an SLO may refer to.
Documents named(const std::vector<YAML::Node>& all, const std::string& kind) {
  Documents found;
  for (const auto& doc : all)
    if (text_at(doc, "kind") == kind && doc["metadata"]) found.emplace(text_at(doc["metadata"], "name"), doc);
  return found;
}

YAML::Node no_node() { return YAML::Node(YAML::NodeType::Undefined); }
YAML::Node referred(const Documents& all, const std::string& name) {
  const auto found = all.find(name);
  return found == all.end() ? no_node() : found->second;
}

/// The query of one side of a ratio: in its metric source (v1), or beside it (v1alpha).
std::string query_of(const YAML::Node& side) {
  const auto spec = member_of(member_of(side, "metricSource"), "spec");
  const auto nested = spec ? text_at(spec, "query") : std::string();
  return nested.empty() && side ? text_at(side, "query") : nested;
}

std::optional<double> number_at(const YAML::Node& node, const char* name) {
  const auto written = node ? text_at(node, name) : std::string();
  double number = 0;
  const auto* end = written.data() + written.size();
  const auto [p, ec] = std::from_chars(written.data(), end, number);
  return ec == std::errc{} && p == end && !written.empty() ? std::optional(number) : std::nullopt;
}

/// The budget's period; a month is thirty days.
std::optional<Millis> period_of(const YAML::Node& spec) {
  const auto newer = member_of(spec, "timeWindow"), older = member_of(spec, "timeWindows");
  if (newer && newer.IsSequence() && newer.size() > 0) {
    const auto d = parse_duration(text_at(newer[0], "duration"));
    return d && *d >= std::chrono::hours{1} ? std::optional(*d) : std::nullopt;
  }
  if (older && older.IsSequence() && older.size() > 0) {
    const auto count = number_at(older[0], "count");
    const auto unit = text_at(older[0], "unit");
    for (const auto& [name, hours] : {std::pair{"Hour", 1}, std::pair{"Day", 24}, std::pair{"Week", 168}, std::pair{"Month", 720}})
      if (count && *count >= 1 && *count < 1000 && unit == name) return std::chrono::hours{std::int64_t(*count) * hours};
  }
  return std::nullopt;
}

/// Burn rates that alert policies name: the look-back is the long window, what it must last for is the short one.
std::vector<BurnWindow> burn_of(const YAML::Node& policies, const Documents& all_policies, const Documents& conditions,
                                const std::string& name, Adopted& a) {
  std::vector<BurnWindow> pairs;
  for (std::size_t i = 0; policies && policies.IsSequence() && i < policies.size(); ++i) {
    const auto reference = policies[i].IsScalar() ? policies[i].Scalar() : text_at(policies[i], "alertPolicyRef");
    const auto policy = reference.empty() ? policies[i] : referred(all_policies, reference);
    const auto list = member_of(member_of(policy, "spec"), "conditions");
    if (!list || !list.IsSequence()) {
      a.not_carried_over.push_back(fmt::format("{}: its alert policy {}", name, reference.empty() ? std::to_string(i) : reference));
      continue;
    }
    for (std::size_t k = 0; k < list.size(); ++k) {
      const auto by_name = list[k].IsMap() ? text_at(list[k], "conditionRef") : std::string();
      const auto rule = member_of(member_of(by_name.empty() ? list[k] : referred(conditions, by_name), "spec"), "condition");
      const auto factor = number_at(rule, "threshold");
      const auto longer = rule ? parse_duration(text_at(rule, "lookbackWindow")) : Result<Millis>(Millis{0});
      if (!rule || text_at(rule, "kind") != "burnrate" || !factor || !longer || *longer < std::chrono::minutes{1}) {
        a.not_carried_over.push_back(fmt::format("{}: an alert condition that is no burn rate with threshold and lookbackWindow", name));
        continue;
      }
      const auto after = parse_duration(text_at(rule, "alertAfter"));
      pairs.push_back({*longer, after && *after >= std::chrono::seconds{1} && *after < *longer ? *after : *longer / 12, *factor});
    }
  }
  return pairs;
}

struct Ratio {
  YAML::Node node;
  std::string problem = {};
};
/// The ratio of good or bad events to all of them: of the objective (v1alpha), of the SLO, or of the indicator that it refers to.
Ratio ratio_of(const YAML::Node& spec, const YAML::Node& objective, const Documents& indicators) {
  if (const auto own = member_of(objective, "ratioMetrics")) return {own};
  const auto reference = spec ? text_at(spec, "indicatorRef") : std::string();
  auto indicator = reference.empty() ? member_of(spec, "indicator") : referred(indicators, reference);
  if (!reference.empty() && !indicator) return {no_node(), fmt::format("its indicator {} is not in this file", reference)};
  const auto inner = member_of(indicator, "spec");
  if (const auto ratio = member_of(inner, "ratioMetric")) return {ratio};
  if (member_of(inner, "thresholdMetric")) return {no_node(), "a threshold metric; give the latency's histogram as a latency criterion"};
  return {no_node(), "it has no ratioMetric"};
}

/// One objective as a criterion. Error: why it cannot be carried over.
Result<Criterion> objective_of(const YAML::Node& spec, const YAML::Node& objective, const Documents& indicators) {
  const auto [ratio, problem] = ratio_of(spec, objective, indicators);
  if (!problem.empty()) return invalid(problem);
  auto target = number_at(objective, "target");
  if (const auto percent = number_at(objective, "targetPercent"); !target && percent) target = *percent / 100;
  if (!target || !(*target > 0 && *target < 1)) return invalid("it has no target between 0 and 1");
  const auto total = member_of(ratio, "total"), bad = member_of(ratio, "bad"), good = member_of(ratio, "good");
  if (!total || (!bad && !good)) return invalid("its ratio needs total, and good or bad");
  Criterion c{.kind = MetricKind::slo_burn, .direction = bad ? Direction::increase : Direction::decrease, .objective = target};
  for (auto& [from, to] : {std::pair{query_of(total), &c.queries.total}, std::pair{query_of(bad ? bad : good), &c.queries.events}}) {
    const auto counter = counter_of(from);
    if (!counter) return invalid(fmt::format("the query `{}` is more than the rate of one counter", from));
    *to = with_side(*counter);
  }
  return c;
}

}  // namespace

Result<Adopted> adopt_openslo(std::string_view in) {
  Adopted a;
  bool seen = false;
  const auto all = TRY(yaml_documents(in));
  const auto indicators = named(all, "SLI"), policies = named(all, "AlertPolicy"), conditions = named(all, "AlertCondition");
  for (const auto& doc : all) {
    if (text_at(doc, "kind") != "SLO") continue;
    seen = true;
    const auto name = doc["metadata"] ? text_at(doc["metadata"], "name") : "";
    const auto spec = doc["spec"];
    if (a.set.name.empty()) a.set.name = name;
    if (const auto method = spec ? text_at(spec, "budgetingMethod") : ""; !method.empty() && method != "Occurrences") {
      a.not_carried_over.push_back(fmt::format("{}: it budgets by {}; events are counted here", name, method));
      continue;
    }
    const auto period = period_of(spec);
    if (!period) a.not_carried_over.push_back(name + ": its time window could not be read; the budget is for 30 days");
    if (const auto windows = member_of(spec, "timeWindow");
        windows && windows.IsSequence() && windows.size() > 0 && member_of(windows[0], "calendar"))
      a.not_carried_over.push_back(name + ": that its period follows the calendar; here it rolls");
    const auto burn = burn_of(member_of(spec, "alertPolicies"), policies, conditions, name, a);
    const auto objectives = member_of(spec, "objectives");
    for (std::size_t i = 0; objectives && objectives.IsSequence() && i < objectives.size(); ++i) {
      auto c = objective_of(spec, objectives[i], indicators);
      if (!c) {
        a.not_carried_over.push_back(fmt::format("{}: objective {}: {}", name, i, c.error().message));
        continue;
      }
      const auto title = text_at(objectives[i], "displayName");
      c->name = objectives.size() > 1 ? fmt::format("{} ({})", name, title.empty() ? std::to_string(i + 1) : title) : name;
      if (period) c->budget_period = *period;
      c->burn = burn;
      a.set.criteria.push_back(std::move(*c));
    }
  }
  if (!seen) return invalid("no document of kind SLO", "kind");
  declare_gaps(a);
  return a;
}

}  // namespace evenkeel::health
