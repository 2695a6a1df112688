// The first evenkeel.yaml of an organisation, as `evenkeel init` writes it: short, with a comment where somebody will want to change
// something, and such that it passes `config check` and a first release can be planned with it.
#pragma once
#include "definitions/organisation.hpp"

namespace evenkeel::definitions {

/// How much is held from the first day. startup: gates observe, and an approved pull request is the second person. scale: what protects
/// production is enforced. regulated: everything is, with a second factor and a full quorum.
enum class Profile { startup, scale, regulated };
BOOST_DESCRIBE_ENUM(Profile, startup, scale, regulated)
/// How a version gets to production. `nothing`: by hand, a person confirms.
enum class DeployedBy { nothing, command, github, gitlab, kubernetes };
BOOST_DESCRIBE_ENUM(DeployedBy, nothing, command, github, gitlab, kubernetes)

struct StarterService {
  std::string name;
  std::string path = "**";
};
struct Starter {
  std::string name;  // of the organisation
  std::string zone = "UTC";
  std::string login, person, email;  // the first person: coordinator, admin, owner of every service
  std::string area;
  Profile profile = Profile::startup;
  DeployedBy deployed_by = DeployedBy::nothing;
  std::string repository;  // owner/name at the host, for its pipelines
  std::vector<StarterService> services;
  std::string gates;  // the section as the audit proposes it; empty: none
};

std::string starter_yaml(const Starter& starter);

/// The services of a repository: those that have tags of their own ("api/v1.2.0") and a folder, else the folders below services/ or apps/,
/// else the repository as one. `folders`: the paths of its files' folders. At most twenty.
std::vector<StarterService> services_of(const std::string& repository, const std::vector<std::string>& tag_families,
                                        const std::vector<std::string>& folders);
/// A name that can stand in a command and an address: "My Shop" is my-shop.
std::string plain_name(std::string_view text);

}  // namespace evenkeel::definitions
