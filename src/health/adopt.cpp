#include "health/adopt.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>

#include "base/json.hpp"

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
  const bool errors = covered(MetricKind::rate) || std::any_of(a.set.criteria.begin(), a.set.criteria.end(), [](const Criterion& c) {
                        return c.kind == MetricKind::absolute && !c.queries.total.empty();
                      });
  if (!errors) a.set.not_applicable.push_back({Coverage::error_rate, because});
  if (!covered(MetricKind::latency)) a.set.not_applicable.push_back({Coverage::latency, because});
  if (!covered(MetricKind::business)) a.set.not_applicable.push_back({Coverage::business, because});
}

/// A selector needs $side to tell canary from control; without braces it is put behind the name.
std::string with_side(std::string query) {
  if (query.find("$side") != std::string::npos) return query;
  if (const auto brace = query.find('{'); brace != std::string::npos)
    query.insert(brace + 1, query.size() > brace + 1 && query[brace + 1] == '}' ? "$side" : "$side, ");
  else
    query += "{$side}";
  return query;
}

std::string string_at(const YAML::Node& node, const char* name) {
  const auto v = node.IsMap() ? node[name] : YAML::Node();
  return v && v.IsScalar() ? v.Scalar() : "";
}

/// Each document by itself: yaml-cpp's LoadAll never ends on a stray "," (it makes empty documents until memory is gone).
Result<std::vector<YAML::Node>> documents(std::string_view yaml) {
  try {
    std::vector<YAML::Node> all;
    for (std::size_t from = 0; from < yaml.size();) {
      const auto next = std::min(yaml.find("\n---", from), yaml.size());
      if (auto one = YAML::Load(std::string(yaml.substr(from, next - from))); !one.IsNull()) all.push_back(std::move(one));
      from = next + 1;
    }
    return all;
  } catch (const YAML::Exception& e) { return invalid(fmt::format("not YAML: {}", e.what())); }
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
    for (const char* name : {"nanStrategy", "outliers"})
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
  const auto all = TRY(documents(in));
  for (const auto& doc : all) {
    const auto kind = string_at(doc, "kind");
    if (kind != "AnalysisTemplate" && kind != "ClusterAnalysisTemplate") continue;
    seen = true;
    if (doc["metadata"]) a.set.name = string_at(doc["metadata"], "name");
    const auto metrics = doc["spec"] ? doc["spec"]["metrics"] : YAML::Node();
    for (std::size_t i = 0; metrics && i < metrics.size(); ++i) {
      const auto m = metrics[i];
      const auto at = fmt::format("metrics[{}] ({})", i, string_at(m, "name"));
      const auto provider = m["provider"];
      auto query = provider && provider["prometheus"] ? string_at(provider["prometheus"], "query") : std::string();
      if (query.empty()) {
        a.not_carried_over.push_back(at + ": its provider is not prometheus");
        continue;
      }
      const auto failure = string_at(m, "failureCondition"), success = string_at(m, "successCondition");
      auto bound = bound_of(failure.empty() ? success : failure);
      if (!bound) {
        a.not_carried_over.push_back(
            fmt::format("{}: the condition `{}` is not a plain limit on result[0]", at, failure.empty() ? success : failure));
        continue;
      }
      const bool bad_above = (bound->op[0] == '>') == !failure.empty();
      if (!bad_above) {
        a.not_carried_over.push_back(
            fmt::format("{}: a least value ({}); limits here are greatest values. Write the query for the bad share (1 - it), limit {:g}",
                        at, bound->number, 1 - bound->number));
        continue;
      }
      while (!query.empty() && std::isspace(static_cast<unsigned char>(query.back()))) query.pop_back();
      for (std::size_t open; (open = query.find("{{")) != std::string::npos;) {
        const auto close = query.find("}}", open);
        if (close == std::string::npos) break;
        const auto arg = query.substr(open + 2, close - open - 2);
        const bool service = arg.find("service") != std::string::npos;
        query.replace(open, close + 2 - open, service ? "$service" : "");
        if (!service) a.not_carried_over.push_back(fmt::format("{}: the argument {}", at, arg));
      }
      Criterion c{.name = string_at(m, "name"), .kind = MetricKind::absolute, .limit = bound->number};
      c.queries.gauge = with_side(query);
      if (query.find('(') != std::string::npos)
        a.not_carried_over.push_back(at + ": $side was put into the first selector only; put it into each, and prefer total and events");
      for (const char* rule : {"count", "failureLimit", "inconclusiveLimit", "consecutiveErrorLimit", "initialDelay"})
        if (m[rule]) a.not_carried_over.push_back(fmt::format("{}: {}; a limit must be broken in consecutive intervals here", at, rule));
      if (const auto interval = string_at(m, "interval"); !interval.empty())
        if (const auto d = parse_duration(interval); d && *d >= std::chrono::seconds{1})
          a.set.interval_seconds = int(std::chrono::duration_cast<std::chrono::seconds>(*d).count());
      a.set.criteria.push_back(std::move(c));
    }
  }
  if (!seen) return invalid("no document of kind AnalysisTemplate or ClusterAnalysisTemplate", "kind");
  declare_gaps(a);
  return a;
}

Result<Adopted> adopt_openslo(std::string_view in) {
  Adopted a;
  bool seen = false;
  const auto all = TRY(documents(in));
  for (const auto& doc : all) {
    if (string_at(doc, "kind") != "SLO") continue;
    seen = true;
    const auto name = doc["metadata"] ? string_at(doc["metadata"], "name") : "";
    const auto spec = doc["spec"];
    if (a.set.name.empty()) a.set.name = name;
    const auto indicator = spec && spec["indicator"] ? spec["indicator"]["spec"] : YAML::Node();
    const auto ratio = indicator ? indicator["ratioMetric"] : YAML::Node();
    const auto query = [](const YAML::Node& side) {
      const auto source = side ? side["metricSource"] : YAML::Node();
      return source && source["spec"] ? string_at(source["spec"], "query") : std::string();
    };
    if (!ratio || !ratio["total"]) {
      a.not_carried_over.push_back(fmt::format("{}: only a ratioMetric inside the SLO is read{}", name,
                                               spec && spec["indicatorRef"] ? "; put the indicator it refers to into it" : ""));
      continue;
    }
    if (!ratio["bad"]) {
      a.not_carried_over.push_back(name + ": it counts good events; give the bad ones (total less good) as `bad`");
      continue;
    }
    const auto objectives = spec["objectives"];
    for (std::size_t i = 0; objectives && i < objectives.size(); ++i) {
      double target = 0;
      const auto written = string_at(objectives[i], "target"), percent = string_at(objectives[i], "targetPercent");
      const auto& number = written.empty() ? percent : written;
      const auto* end = number.data() + number.size();
      if (const auto [p, ec] = std::from_chars(number.data(), end, target); ec != std::errc{} || p != end) {
        a.not_carried_over.push_back(fmt::format("{}: objective {} has no target", name, i));
        continue;
      }
      if (written.empty()) target /= 100;
      Criterion c{.name = objectives.size() > 1 ? fmt::format("{} ({})", name, string_at(objectives[i], "displayName")) : name,
                  .kind = MetricKind::absolute,
                  .limit = 1 - target};
      c.queries.total = with_side(query(ratio["total"])), c.queries.events = with_side(query(ratio["bad"]));
      a.set.criteria.push_back(std::move(c));
    }
    if (spec["timeWindow"]) a.not_carried_over.push_back(name + ": its time window; a release is watched for its own window");
    if (spec["alertPolicies"]) a.not_carried_over.push_back(name + ": its alert policies");
  }
  if (!seen) return invalid("no document of kind SLO", "kind");
  declare_gaps(a);
  return a;
}

}  // namespace evenkeel::health
