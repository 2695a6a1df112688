#include "definitions/starter.hpp"

#include <set>

namespace evenkeel::definitions {
namespace {

std::string quoted(const std::string& text) { return json::dump(json::Value(boost::json::string(text))); }  // JSON's texts are YAML's too

std::string percent_encoded_path(const std::string& path) {
  std::string out;
  for (const char c : path) out += c == '/' ? std::string("%2F") : std::string(1, c);
  return out;
}

/// The steps that put `version` out, as the members of a list.
std::string steps_that_put_out(const Starter& s, const std::string& version) {
  const auto repository = s.repository.empty() ? "OWNER/NAME" : s.repository;
  switch (s.deployed_by) {
    case DeployedBy::command:
      return fmt::format(R"([{{name: put it out, kind: command, command: ["./deploy.sh", "${{service}}", "{}", "${{environment}}"]}}])",
                         version);
    case DeployedBy::kubernetes:
      return fmt::format(
          R"([{{name: new image, kind: command, command: [kubectl, --namespace, "${{environment}}", set, image, "deployment/${{service}}", "${{service}}=${{service}}:{}"]}},
               {{name: all replaced, kind: command, command: [kubectl, --namespace, "${{environment}}", rollout, status, "deployment/${{service}}"]}}])",
          version);
    case DeployedBy::github:
      return fmt::format(
          R"([{{name: start the workflow, kind: http, url: "https://api.github.com/repos/{}/actions/workflows/deploy.yml/dispatches", headers: {{Authorization: "Bearer ${{env:GITHUB_TOKEN}}"}}, body: {{ref: main, inputs: {{version: "{}", environment: "${{environment}}"}}}}}},
               {{name: the workflow has ended well, kind: manual, prompt: "Has the workflow that puts ${{service}} {} out ended well?"}}])",
          repository, version, version);
    case DeployedBy::gitlab:
      return fmt::format(
          R"([{{name: run the pipeline, kind: pipeline, url: "https://gitlab.com/api/v4/projects/{0}/pipeline", headers: {{PRIVATE-TOKEN: "${{env:GITLAB_TOKEN}}"}}, body: {{ref: main, variables: [{{key: VERSION, value: "{1}"}}, {{key: ENVIRONMENT, value: "${{environment}}"}}]}}, status_url: "https://gitlab.com/api/v4/projects/{0}/pipelines/${{run}}"}}])",
          percent_encoded_path(repository), version);
    case DeployedBy::nothing:
      break;
  }
  return fmt::format(R"([{{name: put it out, kind: manual, prompt: "Put ${{service}} {} out in ${{environment}}, then confirm"}}])",
                     version);
}

struct Held {
  const char *why, *gates;
};
Held held_by(Profile profile) {
  switch (profile) {
    case Profile::startup:
      return {"what is not named here is observed, so that it stops nobody; an approved pull request is the second person",
              "  - {name: second_person, mode: observe}\n"};
    case Profile::scale:
      return {"what protects production is enforced; the rest is observed",
              "  - {name: window_set, mode: enforce}\n  - {name: testing, mode: enforce}\n  - {name: changelog_coverage, mode: enforce}\n"
              "  - {name: notes_approved, mode: enforce}\n"};
    case Profile::regulated:
      break;
  }
  return {
      "everything an auditor asks for is enforced, with a second factor",
      "  - {name: window_set, mode: enforce}\n  - {name: teams_confirmed, mode: enforce}\n  - {name: changes_classified, mode: enforce}\n"
      "  - {name: testing, mode: enforce}\n  - {name: changelog_coverage, mode: enforce}\n  - {name: notes_approved, mode: enforce}\n"
      "  - {name: declared_healthy, mode: enforce}\n  - {name: retrospective_done, mode: enforce}\n"
      "  - {name: second_factor, mode: warn}    # enforce it once everybody has one\n"};
}

std::string gates_of(const Starter& s) {
  const auto held = held_by(s.profile);
  return fmt::format("\n# Modes: observe reports, warn says it louder, enforce stops. Here {}.\n", held.why) +
         (s.gates.empty() ? "gates:\n" : s.gates) + held.gates;
}

bool is_below(const std::string& folder, const std::string& top) { return folder.starts_with(top + "/"); }

std::vector<StarterService> with_tags_of_their_own(const std::vector<std::string>& families, const std::vector<std::string>& folders) {
  const std::set<std::string> known(folders.begin(), folders.end());
  std::vector<StarterService> all;
  for (auto family : families) {
    while (!family.empty() && (family.back() == '/' || family.back() == '-' || family.back() == '@')) family.pop_back();
    if (!family.empty() && known.contains(family)) all.push_back({plain_name(family), family + "/**"});
  }
  return all;
}
std::vector<StarterService> below(const std::string& top, const std::vector<std::string>& folders) {
  std::set<std::string> names;
  for (const auto& f : folders)
    if (is_below(f, top)) names.insert(f.substr(top.size() + 1, f.find('/', top.size() + 1) - top.size() - 1));
  std::vector<StarterService> all;
  for (const auto& n : names) all.push_back({plain_name(n), top + "/" + n + "/**"});
  return all;
}

}  // namespace

std::string plain_name(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte))
      out += char(std::tolower(byte));
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "main" : out;
}

std::vector<StarterService> services_of(const std::string& repository, const std::vector<std::string>& tag_families,
                                        const std::vector<std::string>& folders) {
  constexpr std::size_t most = 20;
  for (auto found : {with_tags_of_their_own(tag_families, folders), below("services", folders), below("apps", folders)})
    if (found.size() >= 2) {
      found.resize(std::min(found.size(), most));
      return found;
    }
  return {{plain_name(repository), "**"}};
}

std::string starter_yaml(const Starter& s) {
  auto out = fmt::format(
      R"(# Evenkeel's definitions of {}. After a change: `evenkeel config check`, `evenkeel diff`, `evenkeel apply`.
# Every key is explained by `evenkeel config schema`, which editors read for completion.
name: {}
zone: {}                      # of windows and freezes where they name none
process: {{owner: {}, version: "1"}}

# Who does what: coordinator, risk_manager, author, health_monitor, engineering_lead, qa, product, security, support, on_call, admin.
# With one person everything is theirs; take roles away as others come in.
people:
  - login: {}
    name: {}
    email: {}
    roles: [{{role: admin}}, {{role: coordinator}}, {{role: risk_manager}}, {{role: engineering_lead}}, {{role: author}}, {{role: on_call}}]
areas: [{{name: {}, coordinator: {}}}]
environments: [{{name: staging}}, {{name: production, production: true}}]
)",
      s.name, quoted(s.name), s.zone, s.login, s.login, quoted(s.person), quoted(s.email), s.area, s.login);
  if (s.profile == Profile::startup) out += "go_no_go: {quorum: [engineering_lead]}    # who must sign before a go\n";
  out += gates_of(s);
  out +=
      "\n# What is released. `deploy` puts a version out, `rollback` takes it back: rehearse it with `evenkeel rollback "
      "rehearse`.\nservices:\n";
  for (const auto& service : s.services)
    out += fmt::format("  - name: {}\n    area: {}\n    owner: {}\n    path: {}\n    deploy: {}\n    rollback: {}\n", service.name, s.area,
                       s.login, quoted(service.path), steps_that_put_out(s, "${version}"), steps_that_put_out(s, "${from_version}"));
  return out;
}

}  // namespace evenkeel::definitions
