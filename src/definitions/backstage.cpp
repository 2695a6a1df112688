#include "definitions/backstage.hpp"

#include "base/yaml_documents.hpp"

namespace evenkeel::definitions {
namespace {

std::string small(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

/// "[kind:][namespace/]name"; kinds and namespaces are read without regard to letters, as Backstage does.
struct Reference {
  std::string kind, space, name;
  std::string text() const { return fmt::format("{}:{}/{}", kind, space, name); }
};
Reference reference(std::string text, const std::string& kind, const std::string& space) {
  Reference r{kind, space, ""};
  if (const auto colon = text.find(':'); colon != std::string::npos) r.kind = small(text.substr(0, colon)), text.erase(0, colon + 1);
  if (const auto slash = text.find('/'); slash != std::string::npos) r.space = small(text.substr(0, slash)), text.erase(0, slash + 1);
  r.name = std::move(text);
  return r;
}

class Reader {
 public:
  explicit Reader(std::string area) : area_(std::move(area)) {}

  Result<void> read(const std::string& text) {
    for (const auto& doc : TRY(yaml_documents(text))) take(doc);
    return {};
  }

  Result<Catalogue> finish() {
    if (out_.services.empty()) return invalid("there is no entity of kind Component in it");
    for (const auto& edge : edges_) connect(edge);
    return std::move(out_);
  }

 private:
  struct Edge {
    Reference from, to;
    std::string said;  // "catalog: dependsOn component:default/db"
  };

  void take(const YAML::Node& doc) {
    const auto kind = small(text_at(doc, "kind"));
    const auto metadata = member_of(doc, "metadata"), spec = member_of(doc, "spec");
    const auto name = metadata ? text_at(metadata, "name") : "";
    auto space = metadata ? small(text_at(metadata, "namespace")) : "";
    if (space.empty()) space = "default";
    if (kind != "component" || name.empty()) {
      if (kind == "resource" || kind == "api" || kind == "system") known_.emplace(Reference{kind, space, small(name)}.text(), "");
      return;
    }
    const Reference self{"component", space, small(name)};
    if (!known_.emplace(self.text(), name).second) {
      skip(fmt::format("{}: stands in the catalogue twice; the first one is taken", self.text()));
      return;
    }
    auto& s = out_.services.emplace_back();
    s.name = name;
    if (!spec) return;
    s.area = text_at(spec, "system").empty() ? area_ : reference(text_at(spec, "system"), "system", space).name;
    own(s, text_at(spec, "owner"), space);
    if (const auto notes = member_of(metadata, "annotations"); notes) s.repository = text_at(notes, "github.com/project-slug");
    each(spec, "dependsOn", [&](const std::string& text) { add(name, "dependsOn", self, reference(text, "component", space)); });
    each(spec, "dependencyOf", [&](const std::string& text) { add(name, "dependencyOf", reference(text, "component", space), self); });
    each(spec, "providesApis", [&](const std::string& text) { providers_[key(reference(text, "api", space))] = self; });
    each(spec, "consumesApis", [&](const std::string& text) { add(name, "consumesApis", self, reference(text, "api", space)); });
    if (const auto whole = text_at(spec, "subcomponentOf"); !whole.empty())
      skip(fmt::format("{}: subcomponentOf {}; parts of a component are services of their own here", name, whole));
  }

  /// Somebody answers for a service here: a user can, a group is its team.
  void own(CatalogueService& s, const std::string& owner, const std::string& space) {
    const auto r = reference(owner, "group", space);
    if (r.kind == "user")
      s.owner = r.name;
    else {
      s.team = r.name;
      skip(fmt::format("{}: its owner is {}; name a person as `owner`", s.name, owner.empty() ? "not given" : "the group " + r.name));
    }
  }
  template <class F>
  static void each(const YAML::Node& spec, const char* name, F&& take) {
    const auto list = member_of(spec, name);
    if (!list) return;
    if (list.IsScalar()) return take(list.Scalar());
    for (const auto& item : list)
      if (item.IsScalar()) take(item.Scalar());
  }
  void add(const std::string& name, const char* field, Reference from, Reference to) {
    const auto& other = std::string_view(field) == "dependencyOf" ? from : to;
    edges_.push_back({from, to, fmt::format("{}: {} {}", name, field, other.text())});
  }
  static std::string key(const Reference& r) { return Reference{r.kind, r.space, small(r.name)}.text(); }
  void skip(std::string what) { out_.not_carried_over.push_back(std::move(what)); }

  void connect(Edge edge) {
    if (edge.to.kind == "api") {
      const auto provider = providers_.find(key(edge.to));
      if (provider == providers_.end()) return skip(edge.said + ": no component provides it");
      edge.to = provider->second;
    }
    for (const auto* end : {&edge.from, &edge.to}) {
      const auto found = known_.find(key(*end));
      if (end->kind != "component") return skip(edge.said + " is no component");
      if (found == known_.end()) return skip(edge.said + ": there is no such component in these files");
    }
    const auto from = known_.at(key(edge.from)), to = known_.at(key(edge.to));
    auto& s = *std::find_if(out_.services.begin(), out_.services.end(), [&](const auto& one) { return one.name == from; });
    if (from == to || std::any_of(s.depends_on.begin(), s.depends_on.end(), [&](const auto& d) { return d.service == to; })) return;
    s.depends_on.push_back({to});
  }

  std::string area_;
  Catalogue out_;
  std::map<std::string, std::string> known_;  // by reference; the name of a component
  std::map<std::string, Reference> providers_;
  std::vector<Edge> edges_;
};

}  // namespace

Result<Catalogue> read_backstage(const std::vector<std::string>& texts, const std::string& area) {
  Reader reader(area);
  for (const auto& text : texts) TRY(reader.read(text));
  return reader.finish();
}

std::string to_yaml(const Catalogue& catalogue) {
  const auto quoted = [](const std::string& text) { return json::dump(json::Value(boost::json::string(text))); };
  std::string out = "services:\n";
  for (const auto& s : catalogue.services) {
    out += fmt::format("  - name: {}\n    area: {}\n    owner: {}\n", quoted(s.name), quoted(s.area), quoted(s.owner));
    if (!s.team.empty()) out += fmt::format("    team: {}\n", quoted(s.team));
    if (!s.repository.empty()) out += fmt::format("    repository: {}\n", quoted(s.repository));
    if (s.depends_on.empty()) continue;
    out += "    depends_on:\n";
    for (const auto& d : s.depends_on) out += fmt::format("      - {{service: {}}}\n", quoted(d.service));
  }
  return out;
}

}  // namespace evenkeel::definitions
