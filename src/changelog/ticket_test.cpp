#include "changelog/ticket.hpp"

namespace evenkeel::changelog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const RepositoryName shop{"git.test", "acme/shop"};

TEST(RepositoryName, OfEveryWayToWriteAnAddress) {
  for (const auto* address : {"git@git.test:acme/shop.git", "https://git.test/acme/shop", "https://user@git.test:8443/acme/shop.git",
                              "ssh://git@git.test/acme/shop.git", "https://git.test/acme/shop/"}) {
    EXPECT_EQ(repository_name(address).host, "git.test") << address;
    EXPECT_EQ(repository_name(address).path, "acme/shop") << address;
  }
  EXPECT_EQ(repository_name("acme/shop").path, "acme/shop");
  EXPECT_EQ(repository_name("acme/shop").host, "");
  EXPECT_EQ(repository_name("https://lab.test/group/sub/shop.git").path, "group/sub/shop");
  for (const auto* folder : {".", "/srv/git/shop.git", "../shop", "", "shop"}) EXPECT_EQ(repository_name(folder).path, "") << folder;
}

TEST(RepositoryName, HostOfAnAddress) {
  EXPECT_EQ(host_of("https://api.git.test"), "api.git.test");
  EXPECT_EQ(host_of("https://user:word@lab.test:8443/api/v4?x=1"), "lab.test");
  for (const auto* none : {"", "acme/shop", "git@git.test:acme/shop.git"}) EXPECT_EQ(host_of(none), "") << none;
  EXPECT_EQ(repository_name("https://git.test").path, "");
  EXPECT_EQ(repository_name("https://").path, "");
}

TEST(TicketReferences, InTheWordsOfAChange) {
  EXPECT_THAT(ticket_references("Faster search", "Faster search\n\nFixes #12, closes acme/ui#3.\nSee #12 again (#44 too)", shop),
              ElementsAre("acme/shop#12", "acme/ui#3", "acme/shop#44"));
  EXPECT_THAT(ticket_references("Fix #7", "", shop), ElementsAre("acme/shop#7"));
  EXPECT_THAT(ticket_references("x", "https://git.test/acme/shop/issues/9 and https://git.test/group/sub/app/-/issues/10.", shop),
              ElementsAre("acme/shop#9", "group/sub/app#10"));
}

TEST(TicketReferences, WhatIsNoTicket) {
  EXPECT_THAT(ticket_references("Faster search (#34)", "Faster search (#34)\n", shop), IsEmpty()) << "its own pull request";
  EXPECT_THAT(ticket_references("x", "colour #00ff00 #12ab #1234567890 #0 C# page#2 a/#3 ## # 5 x#", shop), IsEmpty());
  EXPECT_THAT(ticket_references("x", "https://elsewhere.test/acme/shop/issues/9", shop), IsEmpty()) << "another host";
  EXPECT_THAT(ticket_references("Fix #7", "", {}), IsEmpty()) << "of no known repository";
  EXPECT_THAT(ticket_references("x", "https://git.test/issues/9 https://git.test https://", shop), IsEmpty());
}

TEST(TicketReferences, AreBounded) {
  std::string many;
  for (int i = 1; i < 500; ++i) many += " #" + std::to_string(i);
  EXPECT_EQ(ticket_references("x", many, shop).size(), 20u);
}

}  // namespace
}  // namespace evenkeel::changelog
