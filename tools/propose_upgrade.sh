#!/bin/sh
# Opens a pull request with what `make lock ARGS=--upgrade` has changed. GH_TOKEN may write contents and pull requests.
set -eu

git diff --quiet && {
    echo "Everything is of its newest version."
    exit 0
}
branch=upgrade-$(date +%Y-%m-%d)
title="lock: newest versions"
git switch --quiet --create "$branch"
git -c user.name=upgrade -c user.email=upgrade@users.noreply.github.com commit --quiet --all --message "$title"
gh auth setup-git
git push --quiet origin "$branch"
gh pr create --head "$branch" --title "$title" --body \
    "Новые версии зависимостей, подобранные заново. Проверки начнутся, если закрыть и снова открыть этот запрос: для запросов, которые открыл сам GitHub Actions, они не запускаются."
